import type { WaitingCommandHere } from '../api.ts'

const keys = {
  backup: 'backup',
  'keys backup': 'keysBackup',
  'keys rotate': 'keysRotate',
  'cloud rotate': 'cloudRotate',
  'bookkeeping export': 'bookkeepingExport',
} as const

/** Where the words of a command are found. */
export const keyOf = (command: WaitingCommandHere['command']) => keys[command]
