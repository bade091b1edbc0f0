import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import {
  newRole,
  organizationPath,
  ownChange,
  ownRoles,
  peopleList,
  peopleQuery,
  personPath,
  recoveryBegun,
  roleMade,
  rolePath,
  roleRemoval,
  rolesChange,
  sharerList,
} from './api.ts'
import type { People } from './index.ts'
import { giverOf } from './may-give.ts'

export const routes = (people: Omit<People, 'routes'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/people',
    permission: 'people.read',
    purpose: 'members',
    does: 'show who manages this organisation',
    params: organizationPath,
    query: peopleQuery,
    answer: peopleList,
    // VM-12: who looks after the company for another sees no numbers, nor does anybody whose role here is another.
    run: ({ params, query, caller }) =>
      people.list(params.organizationId, query, caller.kind === 'person' && caller.roles.includes('administrator')),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/sharers',
    permission: 'sharers.read',
    purpose: 'members',
    does: 'show names and addresses of those who share a subscription to each other',
    params: organizationPath,
    query: peopleQuery,
    answer: sharerList,
    async run({ params, query }) {
      const { people: listed, next } = await people.list(params.organizationId, query)
      const shown = listed.filter(({ isRestricted }) => !isRestricted)
      return { people: shown.map(({ personId, name, email }) => ({ personId, name, email })), next }
    },
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/people/:personId/roles',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'change what a person may do in this organisation',
    params: personPath,
    body: rolesChange,
    run: (request) =>
      people.changeRoles(
        request.params.organizationId,
        request.params.personId,
        { ...request.body, giver: giverOf(request.caller) },
        by(request),
      ),
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/people/:personId',
    permission: 'people.manage',
    purpose: 'members',
    does: 'remove a person from this organisation',
    params: personPath,
    run: (request) =>
      people.remove(request.params.organizationId, request.params.personId, by(request), giverOf(request.caller)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/people/:personId/recovery',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'help a person to get in again',
    params: personPath,
    answer: recoveryBegun,
    // Each one mails a letter.
    perMinute: 10,
    run: (request) =>
      people.beginRecovery(
        request.params.organizationId,
        request.params.personId,
        by(request),
        giverOf(request.caller),
      ),
  }),
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/roles',
    permission: 'people.read',
    purpose: 'members',
    does: 'show the roles that this organisation has made, what each may and who has it',
    params: organizationPath,
    answer: ownRoles,
    run: ({ params, caller }) => people.listRoles(params.organizationId, giverOf(caller)),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/roles',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'make a role of permissions that one has oneself',
    params: organizationPath,
    body: newRole,
    answer: roleMade,
    run: async (request) => ({
      roleId: await people.makeRole(request.params.organizationId, request.body, giverOf(request.caller), by(request)),
    }),
  }),
  route({
    method: 'PUT',
    path: '/api/organizations/:organizationId/roles/:roleId',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'change what an own role is called and what it lets people do',
    params: rolePath,
    body: newRole,
    run: (request) =>
      people.changeRole(
        request.params.organizationId,
        request.params.roleId,
        request.body,
        giverOf(request.caller),
        by(request),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/roles/:roleId/remove',
    permission: 'people.manage',
    fresh: true,
    purpose: 'members',
    does: 'remove an own role; whoever would be left with nothing gets another',
    params: rolePath,
    body: roleRemoval,
    run: (request) =>
      people.removeRole(
        request.params.organizationId,
        request.params.roleId,
        request.body.instead,
        giverOf(request.caller),
        by(request),
      ),
  }),
  route({
    method: 'PUT',
    path: '/api/own',
    permission: 'signed-in',
    purpose: 'account',
    does: 'let a person change what the portal holds of them',
    body: ownChange,
    run: (request) => people.changeOwn(personOf(request.caller).personId, request.body, by(request)),
  }),
]
