import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '#base/settings'
import { codeFolder } from '../data-path.ts'
import { currentHolder, releaseLock, takeLock } from '../lock.ts'
import { isRunning } from '../processes.ts'
import { listenAddress, portOf, programs } from '../programs.ts'
import { Refusal } from '../refusal.ts'
import type { Say } from '../say.ts'
import { expireStatutory } from '../statutory.ts'
import { readPair } from '../tls.ts'
import { isCarriedOut, readReport } from './destroy.ts'
import { readGiven } from './order.ts'

function readNotice(dataFolder: string): Buffer {
  const own = join(dataFolder, 'notice.html')
  return readFileSync(existsSync(own) ? own : join(import.meta.dirname, 'notice.html'))
}

/** The same to everybody, whatever they ask, under whatever name: nothing of a request is looked at. */
function answerWith(notice: Buffer): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(503, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': notice.length,
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      connection: 'close',
    })
    response.end(request.method === 'HEAD' ? undefined : notice)
    request.resume()
  }
}

/** An operator's certificate may have ended or be gone since; then the plain notice is better than nothing. */
function pairOrNone(settings: Settings, say: Say) {
  try {
    return readPair(settings)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    say.trouble(`${error.message} The notice is served without TLS.`)
    return undefined
  }
}

async function serve(settings: Settings, dataFolder: string, say: Say): Promise<void> {
  const answer = answerWith(readNotice(dataFolder))
  const pair = pairOrNone(settings, say)
  const listen = async (port: number) => {
    for (let attempt = 1; ; attempt++) {
      const server = pair ? createSecureServer({ cert: pair.certificate, key: pair.key }, answer) : createServer(answer)
      server.headersTimeout = 5_000
      server.requestTimeout = 10_000
      // Whoever breaks off is no trouble of ours.
      server.on('clientError', (_error, socket) => socket.destroy())
      server.on('tlsClientError', (_error, socket) => socket.destroy())
      const trouble = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        server.once('error', resolve)
        server.listen(port, listenAddress(settings), () => resolve(undefined))
      })
      if (!trouble) return
      // A program that is being ended has not let go of it yet; after a while it is somebody else.
      if (attempt === 200) say.trouble(`Port ${port} cannot be listened on: ${trouble.message}. It is tried again.`)
      await sleep(attempt < 200 ? 25 : 1_000)
    }
  }
  await Promise.all(programs.map((program) => listen(portOf(settings, program))))
}

/** Whoever carries out the order may have been killed, or the machine switched off: then it is begun again from here. */
async function seeItThrough(dataFolder: string, say: Say): Promise<never> {
  for (;;) {
    if (isCarriedOut(dataFolder)) {
      // What the law wanted kept has its limit too, though there is no database any more.
      expireStatutory(dataFolder)
      await sleep(60_000)
    } else if (isRunning(readGiven(dataFolder).by)) await sleep(200)
    else {
      const child = spawn(process.execPath, [join(codeFolder, 'vartio.ts'), 'emergency', 'destroy'], {
        env: { ...process.env, VARTIO_DATA: dataFolder },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      await new Promise((resolve) => child.once('close', resolve))
      if (!isCarriedOut(dataFolder)) {
        say.trouble('The destruction did not come to its end. It is tried again.')
        await sleep(5_000)
      }
    }
  }
}

/** All that `npm start` does on a data folder whose destruction was ordered. Returns when it is told to stop. */
export async function serveNotice(settings: Settings, dataFolder: string, say: Say): Promise<void> {
  // Handed on by ourselves, when we were the supervisor.
  if (currentHolder(dataFolder)?.pid === process.pid) releaseLock(dataFolder)
  const lock = takeLock(dataFolder, 'notice')
  const told = new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve())
  })
  const { at } = readGiven(dataFolder)
  say(
    `This Vartio was destroyed: two officers ordered it at ${at}. The notice is served and nothing else. docs/operating/emergency.md`,
  )
  void seeItThrough(dataFolder, say)
  await Promise.race([serve(settings, dataFolder, say).then(() => told), told])
  for (const place of readReport(dataFolder)?.notReached ?? []) say.trouble(`Not reached: ${place}`)
  lock.release()
}
