import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

// Preloaded into the process of a test: one file is not as it lies on the disk. Leaves a mark when it has been loaded so.

type Planted = { readonly url: string; readonly was: string; readonly is: string; readonly mark: string }
const { url: where, was, is, mark }: Planted = JSON.parse(process.env.VARTIO_MUTANT ?? '')

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (url !== where) return loaded
    const text = Buffer.from((loaded.source ?? '') as Uint8Array).toString('utf8')
    if (text.split(was).length !== 2) throw new Error('the mutant does not fit this file')
    writeFileSync(mark, '')
    return { ...loaded, source: text.replace(was, () => is) }
  },
})
