import http, { Agent, type AgentOptions } from 'node:http'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIdConnect from 'passport-openidconnect'

// A service as many Node services are written, in a process of its own: express with passport-openidconnect. It is told over its channel who it is.

// Node resolves no name below localhost; every browser and libcurl do (RFC 6761 §6.3).
const lookup: AgentOptions['lookup'] = (_name, { all }, done) =>
  all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
http.globalAgent = new Agent({ lookup })

type Told = { issuer: string; port: number; clientId: string; clientSecret: string }

process.once('message', ({ issuer, port, clientId, clientSecret }: Told) => {
  const application = express()
  application.use(
    session({ secret: clientSecret, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
  )
  application.use(passport.session())
  passport.use(
    new OpenIdConnect.Strategy(
      {
        issuer,
        authorizationURL: `${issuer}/oidc/auth`,
        tokenURL: `${issuer}/oidc/token`,
        userInfoURL: `${issuer}/oidc/userinfo`,
        clientID: clientId,
        clientSecret,
        callbackURL: `http://127.0.0.1:${port}/callback`,
        scope: ['profile', 'email'],
      },
      (_issuer: string, profile: passport.Profile, done: OpenIdConnect.VerifyCallback) => done(null, profile),
    ),
  )
  passport.serializeUser((user, done) => done(null, user))
  passport.deserializeUser((user: object, done) => done(null, user))
  application.get('/sign-in', passport.authenticate('openidconnect'))
  application.get(
    '/callback',
    passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/failed' }),
  )
  application.get('/failed', (_request, response) => void response.send('<p id="FAILED">not let in</p>'))
  application.get('/', (request, response) => {
    const { id = '', displayName = '', emails } = (request.user ?? {}) as Partial<passport.Profile>
    response.send(`<p id="SUB">${id}</p><p id="NAME">${displayName}</p><p id="EMAIL">${emails?.[0]?.value ?? ''}</p>`)
  })
  application.listen(port, '127.0.0.1', () => process.send?.('ready'))
})
