/** What the command's exit code means; docs/operating/start.md repeats this table and a test compares the two. */
export const exitCodes = {
  stopped: { code: 0, meaning: 'did what it was asked, or stopped because it was told to' },
  failed: {
    code: 1,
    meaning: 'a receipt does not hold, or something failed in a way nobody foresaw; the message says how',
  },
  usage: { code: 2, meaning: 'the command line or a setting is wrong' },
  running: { code: 3, meaning: 'another Vartio runs on this data folder' },
  port: { code: 4, meaning: 'a port is taken by another program' },
  folder: { code: 5, meaning: 'the data folder cannot be used: closed, not writable, or its disk is full' },
  database: { code: 6, meaning: 'PostgreSQL does not start, or the outside one does not let Vartio in' },
  program: { code: 7, meaning: 'a program does not become ready' },
  file: { code: 8, meaning: 'a backup file is missing, damaged, or would overwrite something' },
  confirmation: { code: 9, meaning: 'nobody confirmed the command in time, or somebody cancelled it' },
} as const

export type ExitReason = keyof typeof exitCodes

/** An end that was foreseen: one clear line for the person, and an exit code for whoever watches. */
export class Refusal extends Error {
  readonly reason: ExitReason

  constructor(reason: ExitReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'Refusal'
    this.reason = reason
  }
}

/** What the system says of a folder, in words; undefined when it is none of the causes an operator can mend. */
export function folderTrouble(error: unknown, folder: string): Refusal | undefined {
  const { code } = (error ?? {}) as { code?: string }
  const words: Record<string, string> = {
    ENOSPC: `The disk of ${folder} is full. Nothing was lost: make room and start again.`,
    EDQUOT: `The disk quota of ${folder} is used up. Nothing was lost: make room and start again.`,
    EROFS: `${folder} is on a read-only file system. Set VARTIO_DATA to a folder that can be written.`,
    EACCES: `${folder} may not be written by this user. Set VARTIO_DATA to a folder of your own, or change its owner.`,
    EPERM: `${folder} may not be written by this user. Set VARTIO_DATA to a folder of your own, or change its owner.`,
    ENOENT: `${folder} cannot be made there. Set VARTIO_DATA to a folder that can.`,
    ENOTDIR: `${folder} is not a folder, or something above it is not. Set VARTIO_DATA to a folder.`,
  }
  const text = code === undefined ? undefined : words[code]
  return text === undefined ? undefined : new Refusal('folder', text, { cause: error })
}
