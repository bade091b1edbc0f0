import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readOwn, writeWhole } from '#base/write-file'

// What is to be made ready lies as a file in the portal's folder; the supervisor has it carried out (rule-maker.ts) and lays beside it what came of it.

const made = z.union([
  z.object({ failed: z.string().max(100) }),
  z.object({
    rules: z.int().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    skipped: z
      .array(z.object({ file: z.string().max(4_096), rule: z.string().max(300).optional(), why: z.string().max(300) }))
      .max(2_000),
    skippedCount: z.int().min(0),
    tried: z.object({
      files: z.int(),
      bytes: z.int(),
      falseAlarms: z
        .array(z.object({ rule: z.string().max(300), files: z.int(), example: z.string().max(4_096) }))
        .max(2_000),
    }),
    parts: z.array(z.int().min(1)).max(700),
  }),
])
type Told = Exclude<z.output<typeof made>, { failed: string }>
export type Made = Omit<Told, 'parts'> & { readonly parts: readonly Buffer[] }
export type Result = { readonly is: 'made'; readonly made: Made } | { readonly is: 'failed'; readonly why: string }

const progress = z.object({ step: z.enum(['prepare', 'try']), done: z.int().min(0), of: z.int().min(0) })
export type Progress = z.output<typeof progress>

type Ends = 'order' | 'made' | 'progress'
const pathOf = (folder: string, name: string, end: Ends) => join(folder, `rules-${name}.${end}`)

/** A line about the set, and what it came in. */
export function layOrder(folder: string, name: string, head: object, content: Buffer): void {
  rmSync(pathOf(folder, name, 'made'), { force: true })
  writeWhole(pathOf(folder, name, 'order'), Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), content]))
}

/** Once; undefined when there is nothing to take yet. */
export function takeResult(folder: string, name: string): Result | undefined {
  const result = readOwn(pathOf(folder, name, 'made'))
  if (result === undefined) return undefined
  const end = result.indexOf(10)
  const head = made.safeParse(parse(result.toString('utf8', 0, Math.max(0, end))))
  removeOrders(folder, (one) => one === name)
  if (!head.success) return { is: 'failed', why: 'rules.maker_failed' }
  if ('failed' in head.data) return { is: 'failed', why: head.data.failed }
  let at = end + 1
  const parts = head.data.parts.map((length) => {
    at += length
    return result.subarray(at - length, at)
  })
  return { is: 'made', made: { ...head.data, parts } }
}

export const isOrdered = (folder: string, name: string): boolean => readOwn(pathOf(folder, name, 'order')) !== undefined

export function readProgress(folder: string, name: string): Progress | undefined {
  const told = progress.safeParse(parse(readOwn(pathOf(folder, name, 'progress'))?.toString('utf8') ?? ''))
  return told.success ? told.data : undefined
}

/** Orders that nobody waits for any more. */
export function removeOrders(folder: string, isGone: (name: string) => boolean): void {
  for (const file of readdirSync(folder)) {
    const [, name] = /^rules-(.+)\.(?:order|made|progress)$/.exec(file) ?? []
    if (name !== undefined && isGone(name)) rmSync(join(folder, file), { force: true })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
