export { askAgent } from './ask.ts'
export { AgentRefusal, notYours, rootOnly, unknownQuestion } from './errors.ts'
export { type Caller, type Local, listen } from './listen.ts'
export { concerns } from './whose.ts'
