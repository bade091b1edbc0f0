import { readAsset } from '#server/asset'
import type { Route } from '#server/routes'

export const scripts = {
  passkey: readAsset(import.meta.dirname, 'passkey.js'),
  inbox: readAsset(import.meta.dirname, 'inbox.js'),
  post: readAsset(import.meta.dirname, 'post.js'),
}

export const routes: readonly Route[] = Object.values(scripts).map(({ route }) => route)
