export { type Confinement, confine, keepOpen, type Walls } from './confine.ts'
export { errno, errnoName, kernelError, lazy, libc, must, syscall } from './libc.ts'
export { giveMemoryBack, letCodeGo } from './memory.ts'
