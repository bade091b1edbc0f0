import { by } from '#portal/audit'
import { type Caller, Reply, type Route, route } from '#server/routes'
import {
  brought,
  newOwnSet,
  newRuleSet,
  noteAnswer,
  noteBody,
  organizationPath,
  ownSetChange,
  ownSetDetail,
  ownSetText,
  partsAnswer,
  partsBody,
  piece,
  piecePath,
  ruleSetChange,
  ruleSetDetail,
  ruleSetList,
  setPath,
} from './api.ts'
import { notFound } from './errors.ts'
import type { RuleSets } from './index.ts'

/** For routes whose permission is `device`: one has signed, or the platform has failed. */
function organizationOf(caller: Caller): string {
  if (caller.kind !== 'device') throw notFound()
  return caller.organizationId
}

export const routes = (ruleSets: Omit<RuleSets, 'routes'>): Route[] => [
  ...chosenRoutes(ruleSets),
  ...ownRoutes(ruleSets),
]

const ownRoutes = ({ own }: Pick<RuleSets, 'own'>): Route[] => [
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/own-rules',
    permission: 'own-rules.manage',
    purpose: 'service',
    does: 'take rules that an organisation has written for its own devices',
    params: organizationPath,
    body: newOwnSet,
    bodyLimitBytes: 1_500_000,
    perMinute: 20,
    run: (request) => own.add(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/own-rules/:name',
    permission: 'own-rules.manage',
    purpose: 'service',
    does: 'show rules that the organisation has written, and what was left out of them',
    params: setPath,
    answer: ownSetDetail,
    run: ({ params }) => own.read(params.organizationId, params.name),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/own-rules/:name',
    permission: 'own-rules.manage',
    purpose: 'service',
    does: 'take another version of rules that the organisation has written',
    params: setPath,
    body: ownSetText,
    bodyLimitBytes: 1_500_000,
    perMinute: 20,
    run: (request) => own.write(request.params.organizationId, request.params.name, request.body, by(request)),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/own-rules/:name/use',
    permission: 'own-rules.manage',
    purpose: 'service',
    does: 'switch rules that the organisation has written on or off for its devices',
    params: setPath,
    body: ownSetChange,
    run: (request) => own.switch(request.params.organizationId, request.params.name, request.body, by(request)),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/own-rules/:name',
    permission: 'own-rules.manage',
    purpose: 'service',
    does: 'remove rules that the organisation has written',
    params: setPath,
    run: (request) => own.remove(request.params.organizationId, request.params.name, by(request)),
  }),
]

const chosenRoutes = (ruleSets: Omit<RuleSets, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/rule-sets',
    permission: 'policies.read',
    purpose: 'service',
    does: 'show which rule sets there are, and which can be had',
    params: organizationPath,
    answer: ruleSetList,
    run: ({ params }) => ruleSets.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/rule-sets',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'choose a rule set',
    params: organizationPath,
    body: newRuleSet,
    run: (request) => ruleSets.add(request.params.organizationId, request.body, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/rule-sets/:name',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'show a rule set and what was left out of it',
    params: setPath,
    answer: ruleSetDetail,
    run: ({ params }) => ruleSets.read(params.organizationId, params.name),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/rule-sets/:name',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'change where a rule set comes from, and whether devices get it',
    params: setPath,
    body: ruleSetChange,
    run: (request) => ruleSets.change(request.params.organizationId, request.params.name, request.body, by(request)),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/rule-sets/:name',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'take a rule set out of the list',
    params: setPath,
    run: (request) => ruleSets.remove(request.params.organizationId, request.params.name, by(request)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/rule-sets/:name/fetch',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'fetch a rule set now',
    params: setPath,
    perMinute: 20,
    run: (request) => ruleSets.fetch(request.params.organizationId, request.params.name, by(request)),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/rule-sets/:name/pieces/:number',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'take a piece of a file of rules that somebody brings',
    params: piecePath,
    body: piece,
    bodyLimitBytes: 1_500_000,
    run: ({ params, body }) =>
      ruleSets.takePiece(params.organizationId, params.name, params.number, Buffer.from(body.content, 'base64')),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/rule-sets/:name/brought',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'make a rule set of the pieces that were brought',
    params: setPath,
    body: brought,
    run: (request) =>
      ruleSets.takeBrought(request.params.organizationId, request.params.name, request.body, by(request)),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/rule-sets/:name/bundle',
    permission: 'rule-sets.manage',
    purpose: 'service',
    does: 'give a rule set as a signed bundle, for a Vartio without internet',
    params: setPath,
    async run(request) {
      const { organizationId, name } = request.params
      const bundle = await ruleSets.export(organizationId, name, by(request))
      const disposition = `attachment; filename="${name}.vartio-rules"`
      return new Reply(200, { 'content-type': 'application/octet-stream', 'content-disposition': disposition }, bundle)
    },
  }),
  route({
    method: 'POST',
    path: '/api/device/rule-sets/note',
    permission: 'device',
    purpose: 'service',
    does: 'give a device what is signed about a rule set',
    body: noteBody,
    answer: noteAnswer,
    run: async ({ caller, body }) => ({
      note: await ruleSets.readNote(organizationOf(caller), body.set, body.version),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/device/rule-sets/parts',
    permission: 'device',
    purpose: 'service',
    does: 'give a device parts of a rule set that it lacks',
    body: partsBody,
    answer: partsAnswer,
    run: async ({ caller, body }) => ({
      parts: await ruleSets.readParts(organizationOf(caller), body.set, body.parts),
    }),
  }),
]
