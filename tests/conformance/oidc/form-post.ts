import { defineBasic } from './basic-modules.ts'
import { startSuite } from './suite.ts'

defineBasic(await startSuite('form_post'))
