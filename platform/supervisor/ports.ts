import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { Refusal } from './refusal.ts'

/** Refuses when another program listens there, naming it as far as this user may see it. */
export async function refuseTakenPort(port: number, host: string, forWhom: string): Promise<void> {
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
  if (!error) return
  if (error.code === 'EADDRINUSE') {
    const who = whoListens(port)
    throw new Refusal(
      'port',
      `Port ${port}, which ${forWhom} needs, is taken by ${who ?? 'another program'}. Stop it, or set VARTIO_PORT to another first port.`,
    )
  }
  if (error.code === 'EACCES')
    throw new Refusal(
      'port',
      `This user may not listen on port ${port}, which ${forWhom} needs. Set VARTIO_PORT to 1024 or more.`,
    )
  if (error.code === 'EADDRNOTAVAIL')
    throw new Refusal('usage', `VARTIO_LISTEN: this machine does not have the address ${host}.`)
  throw error
}

/** `name (process 123)` of who listens on the TCP port (proc(5), net/tcp); undefined when it is another user's. */
export function whoListens(port: number): string | undefined {
  const sockets = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let text: string
    try {
      text = readFileSync(table, 'utf8')
    } catch (error) {
      // A kernel without IPv6 has no second table.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    for (const line of text.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      // State 0A is LISTEN; the port is the hexadecimal after the colon.
      if (fields[3] === '0A' && Number.parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
        sockets.add(`socket:[${fields[9]}]`)
    }
  }
  if (sockets.size === 0) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const handle of readdirSync(`/proc/${pid}/fd`))
        if (sockets.has(readlinkSync(`/proc/${pid}/fd/${handle}`)))
          return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Another user's process, or one that has just ended: look on.
      if (code !== 'EACCES' && code !== 'ENOENT' && code !== 'ESRCH' && code !== 'EPERM') throw error
    }
  }
  return undefined
}
