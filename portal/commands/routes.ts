import { by, personOf } from '#portal/audit'
import { type Route, route } from '#server/routes'
import { commandList, commandPath, confirmBody, organizationPath } from './api.ts'
import type { Commands } from './index.ts'

export const routes = (commands: Pick<Commands, 'list' | 'confirm' | 'withdraw'>): Route[] => [
  route({
    method: 'GET',
    path: '/api/organizations/:organizationId/commands',
    permission: 'commands.confirm',
    purpose: 'security',
    does: 'show which commands of the terminal wait for somebody to confirm them, and which may be repeated',
    params: organizationPath,
    answer: commandList,
    run: ({ params }) => commands.list(params.organizationId),
  }),
  route({
    method: 'POST',
    path: '/api/organizations/:organizationId/commands/:confirmationId/confirm',
    permission: 'commands.confirm',
    fresh: true,
    purpose: 'security',
    does: 'let a command of the terminal go on',
    params: commandPath,
    body: confirmBody,
    perMinute: 30,
    run: (request) => {
      const { organizationId, confirmationId } = request.params
      const { personId } = personOf(request.caller)
      return commands.confirm(organizationId, { confirmationId, personId, ...request.body }, by(request))
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/organizations/:organizationId/commands/:confirmationId',
    permission: 'commands.confirm',
    purpose: 'security',
    does: 'end a command that waits, or what it may do again',
    params: commandPath,
    run: (request) => {
      const { organizationId, confirmationId } = request.params
      return commands.withdraw(organizationId, confirmationId, personOf(request.caller).personId, by(request))
    },
  }),
]
