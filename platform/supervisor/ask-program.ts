import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Program } from '#server/migrate'
import { ended, keepTail } from './processes.ts'
import { permissions, programEnvironment, type Running } from './programs.ts'
import { Refusal } from './refusal.ts'

/**
 * Runs one file of a program once, as that program, and answers what it says. Logs are on the same stream; the answer is the line that is one. `file`: open, for it to read or
 * write as its descriptor 3.
 */
export async function askProgram<Answer extends z.ZodType>(
  running: Running,
  program: Program,
  { script, question, file, told }: { script: string; question: object; file?: number; told?: (line: unknown) => void },
  schema: Answer,
): Promise<z.output<Answer>> {
  const { settings, folder, code } = running
  const account = folder.accounts?.programs[program]
  const child = spawn(
    code.node,
    [...permissions(code, folder, program, settings), join(code.folder, program, script)],
    {
      cwd: join(folder.programs, program),
      env: programEnvironment(settings, folder, program),
      stdio: ['pipe', 'pipe', 'pipe', ...(file === undefined ? [] : [file])],
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    },
  )
  const tail = keepTail(child)
  let answer: { answer: unknown } | undefined
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()?.slice(-65_536) ?? ''
    for (const line of lines)
      if (line.startsWith('{"answer":')) answer ??= JSON.parse(line) as { answer: unknown }
      else if (line.startsWith('{"told":')) told?.((JSON.parse(line) as { told: unknown }).told)
  })
  // It may have ended before it read the question; why is what its end says.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(JSON.stringify(question))
  const end = await ended(child)
  if (end !== 'code 0' || answer === undefined)
    throw new Refusal(
      'program',
      `${program} could not do its part (it ended with ${end}). ${tail().slice(-2).join(' / ')}`,
    )
  return schema.parse(answer.answer)
}
