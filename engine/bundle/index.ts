export { mergeCompiled, readCompiled, writeCompiled } from './compiled.ts'
export {
  type About,
  type Bundle,
  checkPart,
  isBundle,
  mostFileBytes,
  type Part,
  packBundle,
  readBundle,
  readNoteOf,
  signedAs,
  unusable,
  writeBundle,
} from './form.ts'
export { type InUse, openRuleStore, type Refused, type RuleStore } from './store.ts'
