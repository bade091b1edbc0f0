export { createRuleFetcher } from './fetch.ts'
export { type InUse, openRuleStore, type Refused, type RuleStore } from './store.ts'
