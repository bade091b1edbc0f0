export { type Batch, openSpoolReader, type SpoolReader } from './reader.ts'
export { openSpool, type Spool } from './spool.ts'
