import { enterFapi } from './fapi-client.ts'
import { defineClients } from './fapi-clients.ts'
import { defineProofs } from './fapi-dpop.ts'
import { defineFlows } from './fapi-flow.ts'
import { defineRequests } from './fapi-requests.ts'
import { startSuite } from './suite.ts'

// The plan with OpenID Connect, private_key_jwt and DPoP; its clients sign with PS256 and ES256.
const suite = await startSuite()
const first = await enterFapi(suite, 'fapi', 'PS256')
const second = await enterFapi(suite, 'fapi-second', 'ES256', '?dummy1=lorem&dummy2=ipsum')

defineFlows(suite, first, second)
defineRequests(suite, first, second)
defineClients(suite, first, second)
defineProofs(suite, first)
