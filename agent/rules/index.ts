export { createRuleFetcher } from './fetch.ts'
export { openRuleStore, type RuleStore } from './store.ts'
