import { Reply, type Route, route } from '#server/routes'
import { inboxScript, look, passkeyScript } from './assets.ts'

export const routes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/pages/look.css',
    permission: 'anyone',
    purpose: 'show-own-pages',
    run: async () => send(look),
  }),
  route({
    method: 'GET',
    path: '/pages/passkey.js',
    permission: 'anyone',
    purpose: 'show-own-pages',
    run: async () => send(passkeyScript),
  }),
  route({
    method: 'GET',
    path: '/pages/inbox.js',
    permission: 'anyone',
    purpose: 'show-own-pages',
    run: async () => send(inboxScript),
  }),
]

function send(asset: { type: string; body: Buffer }): Reply {
  return new Reply(200, { 'content-type': asset.type, 'cache-control': 'public, max-age=86400' }, asset.body)
}
