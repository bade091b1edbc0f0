/**
 * What JavaScript does not need any more goes, and the room it took as well; where Node was started so that it may be asked to (--expose-gc). A process without work never
 * does this by itself.
 */
export const collect = (): void => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
