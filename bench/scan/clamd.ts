import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { until } from '#tests/until'

export type Clamd = {
  scan(files: string[]): Promise<number>
  latency(path: string, times: number): Promise<number>
  close(): Promise<void>
}

/**
 * clamd of its own folder with a few signatures of its own kind; the official ones cannot be had everywhere, and more only make it slower. Its
 * cache of clean files is off, as is the engine's: looking is compared, not remembering.
 */
export async function startClamd(folder: string): Promise<Clamd> {
  const place = join(folder, 'clamd')
  const socket = join(place, 'socket')
  mkdirSync(join(place, 'signatures'), { recursive: true })
  const mark = Buffer.from('a mark that lies in no file').toString('hex')
  const signatures = Array.from({ length: 4 }, (_, index) => `Bench.Mark-${index}:0:*:${mark}${index}0`)
  writeFileSync(join(place, 'signatures', 'bench.ndb'), `${signatures.join('\n')}\n`)
  const settings = {
    Foreground: 'yes',
    DatabaseDirectory: join(place, 'signatures'),
    LocalSocket: socket,
    TemporaryDirectory: place,
    DisableCache: 'yes',
    MaxThreads: 2,
    SelfCheck: 0,
  }
  const file = join(place, 'clamd.conf')
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  )
  const daemon = spawn('/usr/sbin/clamd', ['--config-file', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  await Promise.race([
    until(async () => (await ask(socket, 'zPING\0').catch(() => '')).startsWith('PONG'), 60_000),
    once(daemon, 'error').then(([error]) => Promise.reject(error)),
  ])
  return {
    async scan(files) {
      const list = join(place, 'list')
      writeFileSync(list, `${files.join('\n')}\n`)
      const began = performance.now()
      const client = spawn(
        'clamdscan',
        ['--config-file', file, '--fdpass', '--no-summary', '--infected', '--file-list', list],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
      await once(client, 'close')
      return (performance.now() - began) / 1_000
    },
    async latency(path, times) {
      const taken: number[] = []
      for (let turn = 0; turn < times; turn++) {
        const began = performance.now()
        await ask(socket, `zSCAN ${path}\0`)
        taken.push(performance.now() - began)
      }
      return taken.sort((a, b) => a - b)[times >> 1] ?? Number.NaN
    },
    async close() {
      daemon.kill()
      if (daemon.exitCode === null) await once(daemon, 'close')
    },
  }
}

async function ask(socket: string, question: string): Promise<string> {
  const connection = connect(socket)
  connection.end(question)
  let answer = ''
  for await (const chunk of connection) answer += String(chunk)
  return answer
}
