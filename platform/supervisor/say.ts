/** What the supervisor tells the person in front of it. Programs write logs; this is for reading. */
export type Say = {
  (line: string): void
  /** Something is wrong: on stderr. */
  trouble(line: string): void
}

export function createSay(): Say {
  const write = (stream: NodeJS.WriteStream) => (line: string) => {
    stream.write(`${line}\n`)
  }
  // Whoever read our output may be gone (a closed terminal, `| head`): that is no reason to stop protecting people.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  return Object.assign(write(process.stdout), { trouble: write(process.stderr) })
}
