export { type Batch, openSpoolReader } from './reader.ts'
export { openSpool } from './spool.ts'
