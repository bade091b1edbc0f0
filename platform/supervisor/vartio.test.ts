import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { isRoot } from '#base/users'
import type { Program } from '#server/migrate'
import { programPorts } from '#server/platform'
import { postgres } from '#server/postgres-driver'
import { createOrdinaryUser, type OrdinaryUser } from '#tests/ordinary'
import { until } from '#tests/until'
import { findPorts, type RunningVartio, startVartio } from '#tests/vartio'
import { isRunning, type ProcessMark } from './processes.ts'
import { programs } from './programs.ts'
import { exitCodes } from './refusal.ts'

// The real command, real processes, real PostgreSQL: once as whoever runs the tests, and once more as an ordinary user when that is root.

const ways = isRoot() ? ['root', 'an ordinary user'] : ['an ordinary user']

for (const way of ways)
  suite(`started by ${way}`, { timeout: 120_000 }, () => {
    let user: OrdinaryUser
    let folder: string
    let vartio: RunningVartio
    const account = () => (way === 'root' ? undefined : user.account)
    const environment: Record<string, string> = {}

    const start = () =>
      startVartio({
        folder,
        environment,
        ...(way === 'root' ? {} : { code: user.code }),
        ...(account() ? { account: account() as { uid: number; gid: number } } : {}),
      })

    const command = (args: string[], more: Record<string, string> = {}) =>
      spawnSync('sh', ['./vartio', ...args], {
        cwd: way === 'root' ? join(import.meta.dirname, '..', '..') : user.code,
        env: { PATH: process.env.PATH, ...environment, VARTIO_DATA: folder, ...more },
        encoding: 'utf8',
        timeout: 60_000,
        ...(account() ?? {}),
      })

    const running = () => JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as Record<string, ProcessMark>
    const isReady = async (program: Program) => {
      const port = vartio.port + programPorts[program]
      return fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ status }) => status === 200,
        () => false,
      )
    }
    const allReady = async () => (await Promise.all(programs.map(isReady))).every(Boolean)

    before(async () => {
      user = createOrdinaryUser()
      folder = way === 'root' ? mkdtempSync(join(tmpdir(), 'vartio-root-')) : join(user.home, 'data')
      environment.VARTIO_PORT = String(await findPorts(4))
      vartio = await start()
    })
    after(async () => {
      await vartio.stop()
      rmSync(folder, { recursive: true, force: true })
      user.remove()
    })

    test('it says that it is ready, where to set it up, and nothing that looks like a fault', () => {
      const lines = vartio.said().trim().split('\n')
      assert.ok(lines.includes('Vartio is ready'))
      assert.match(vartio.setUpLink ?? '', /\/set-up#[A-Za-z0-9_-]{43}$/)
      assert.match(vartio.inboxLink ?? '', /\/inbox#[A-Za-z0-9_-]{43}$/)
      assert.doesNotMatch(vartio.said(), /warning|experimental|error/i)
      // Which walls are missing is said to whom it concerns.
      assert.equal(/ordinary user/.test(vartio.said()), way !== 'root')
    })

    test('its secrets and its data are closed to everybody else', () => {
      for (const name of ['secrets', 'postgres', 'logs', ...programs.map((program) => `programs/${program}`)])
        assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name)
      for (const program of programs)
        for (const file of readdirSync(join(folder, 'programs', program)))
          assert.equal(statSync(join(folder, 'programs', program, file)).mode & 0o077, 0, file)
    })

    test('no secret stands in the environment or the arguments of any process', () => {
      const secrets = [
        readFileSync(join(folder, 'secrets', 'set-up'), 'utf8').trim(),
        vartio.setUpLink?.split('#')[1],
        vartio.inboxLink?.split('#')[1],
      ]
      for (const { pid } of Object.values(running()))
        for (const file of ['environ', 'cmdline']) {
          const text = readFileSync(`/proc/${pid}/${file}`, 'utf8')
          for (const secret of secrets) assert.ok(!text.includes(secret as string))
        }
    })

    if (way === 'root')
      test('each program and each PostgreSQL run as a user of their own, and none as root', () => {
        const users = Object.entries(running()).map(([name, { pid }]) => {
          const [uid] = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.slice(1) ?? []
          assert.equal(execFileSync('id', ['-u', `vartio-${name}`], { encoding: 'utf8' }).trim(), uid)
          // No group of root's came along.
          assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Groups:\t\s*$/m)
          return uid
        })
        assert.equal(new Set([...users, '0']).size, programs.length + 3)
      })

    if (way === 'root')
      test('ID-85 a program’s user can neither read another’s folder, nor change the code, nor be another’s role', () => {
        const as = (program: string, script: string) =>
          spawnSync('sh', ['-c', script], {
            uid: Number(execFileSync('id', ['-u', `vartio-${program}`])),
            gid: Number(execFileSync('sh', ['-c', "sed -n 's/^vartio:[^:]*:\\([0-9]*\\):.*/\\1/p' /etc/group"])),
            cwd: '/',
          }).status
        assert.equal(as('identity', `cat ${folder}/programs/identity/call-key.pem`), 0)
        assert.notEqual(as('identity', `cat ${folder}/programs/portal/call-key.pem`), 0)
        assert.notEqual(as('identity', `cat ${folder}/secrets/set-up`), 0)
        assert.notEqual(as('identity', `ls ${folder}/postgres`), 0)
        assert.notEqual(as('identity', `ls ${folder}`), 0)
        const [placed] = readdirSync(join(folder, 'placed'))
        assert.equal(as('identity', `cat ${folder}/placed/${placed}/package.json`), 0)
        assert.notEqual(as('identity', `echo >> ${folder}/placed/${placed}/package.json`), 0)
        assert.notEqual(as('identity', `touch ${folder}/placed/${placed}/new`), 0)
        const roleAs = (system: string, role: string) =>
          as(
            system,
            `cd ${folder}/programs/${system} && ${folder}/placed/${placed}/node_modules/node-linux-${process.arch}/bin/node --input-type=module --eval "
              import postgres from '${folder}/placed/${placed}/node_modules/postgres/src/index.js'
              const sql = postgres({ host: '${folder}/run', port: 5432, user: '${role}', database: '${role === 'vartio_admin' ? 'postgres' : role}' })
              await sql\\\`select 1\\\`.then(() => process.exit(0), () => process.exit(9))"`,
          )
        assert.equal(roleAs('identity', 'identity'), 0)
        assert.equal(roleAs('portal', 'identity'), 9)
        assert.equal(roleAs('identity', 'vartio_admin'), 9)
      })

    // Only the user who started Vartio is its administrator.
    if (way === 'root' || !isRoot())
      test('a running program has no right to change its schema and cannot enter another’s database', async () => {
        const sql = postgres({
          host: join(folder, 'run'),
          port: 5432,
          user: 'vartio_admin',
          database: 'identity',
          max: 1,
        })
        await sql`set role identity`
        await assert.rejects(sql`create table people.planted (id int)`, { code: '42501' })
        await assert.rejects(sql`create schema planted`, { code: '42501' })
        await assert.rejects(sql`create temporary table planted (id int)`, { code: '42501' })
        await sql`reset role`
        for (const program of programs) {
          const [row] = await sql`select pg_catalog.has_database_privilege(${program}, 'identity', 'connect') as enters`
          assert.equal(row?.enters, program === 'identity')
        }
        await sql.end()
      })

    test('a second start of the same data folder is told which process holds it', () => {
      const { status, stderr } = command(['start'])
      assert.equal(status, exitCodes.running.code)
      assert.match(stderr, new RegExp(`^Vartio runs on .* already \\(vartio start, process ${vartio.pid}, since .*\n$`))
    })

    test('a killed program is started again, and why it ended is said', async () => {
      const { identity } = running()
      process.kill(identity?.pid as number, 'SIGKILL')
      await until(() => /identity ended with signal SIGKILL.* It is started again in 0\.25 s\./.test(vartio.said()))
      await until(() => running().identity?.pid !== identity?.pid)
      await until(allReady)
    })

    test('a killed PostgreSQL, that of the data or that of the keys, is started again, and the programs live on', async () => {
      const before = running()
      for (const [name, called] of [
        ['postgres', '^PostgreSQL'],
        ['keys', '^The PostgreSQL of the key store'],
      ] as const) {
        process.kill(before[name]?.pid as number, 'SIGKILL')
        const says = (what: string) => new RegExp(`${called} ${what}`, 'm').test(vartio.said())
        await until(() => says('ended with signal SIGKILL') && says('answers again'))
        await until(allReady)
      }
      for (const program of programs) assert.deepEqual(running()[program], before[program])
    })

    test('programs of a killed supervisor end, and the next start finds everything as it was', async () => {
      const before = running()
      const setUpLink = vartio.setUpLink
      process.kill(vartio.pid, 'SIGKILL')
      await until(() => programs.every((program) => !isRunning(before[program] as ProcessMark)))
      // PostgreSQL of the killed one still runs; the next start ends it in order.
      assert.ok(isRunning(before.postgres as ProcessMark))
      vartio = await start()
      assert.ok(!isRunning(before.postgres as ProcessMark))
      assert.equal(vartio.setUpLink, setUpLink)
    })

    test('lock files and a socket that a power loss left are no hindrance, even when another process has the number by now', async () => {
      const before = running()
      process.kill(vartio.pid, 'SIGKILL')
      for (const name of ['postgres', 'keys']) process.kill(before[name]?.pid as number, 'SIGKILL')
      // Their databases are gone as well, so they break off at the end of their time instead of stopping cleanly.
      await until(() => Object.values(before).every((mark) => !isRunning(mark)))
      for (const name of ['postgres', 'keys']) {
        const pidFile = join(folder, name, 'postmaster.pid')
        assert.ok(existsSync(pidFile))
        // Our own number, in our own user's name: PostgreSQL itself would believe that it runs.
        const text = readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid))
        execFileSync('sh', ['-c', 'cat > "$1"', 'sh', pidFile], { input: text })
      }
      vartio = await start()
      assert.ok(await allReady())
    })

    test('told to stop, it stops everything it has started and says nothing of it', async () => {
      const before = running()
      await vartio.stop()
      for (const mark of Object.values(before)) assert.ok(!isRunning(mark))
      assert.ok(!existsSync(join(folder, 'supervisor.lock')))
      for (const name of ['postgres', 'keys']) assert.ok(!existsSync(join(folder, name, 'postmaster.pid')))
      for (const name of ['run', 'run-keys']) assert.deepEqual(readdirSync(join(folder, name)), [])
      assert.doesNotMatch(vartio.said(), /does not stop/)
    })

    if (way === ways[0])
      test('npm start hands on what it is told: stopping it stops everything', async () => {
        const child = spawn('npm', ['start'], {
          cwd: join(import.meta.dirname, '..', '..'),
          env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, VARTIO_DATA: folder },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let said = ''
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (chunk: string) => {
            said += chunk
          })
        // Closed only when nothing that was started holds the stream any more.
        const closed = once(child, 'close')
        await until(() => said.includes('Vartio is ready') || child.exitCode !== null, 60_000)
        assert.match(said, /^Vartio is ready$/m)
        const before = running()
        child.kill('SIGTERM')
        await closed
        for (const mark of Object.values(before)) assert.ok(!isRunning(mark))
      })

    test('a taken port is named with who has it and which setting moves it', async () => {
      const server = createServer().listen(Number(environment.VARTIO_PORT), '127.0.0.1')
      await once(server, 'listening')
      const { status, stderr } = command(['start'])
      await new Promise((resolve) => server.close(resolve))
      assert.equal(status, exitCodes.port.code)
      assert.match(
        stderr,
        new RegExp(`^Port ${environment.VARTIO_PORT}, which identity needs, is taken by .*Set? .*VARTIO_PORT`, 'im'),
      )
      if (!account()) assert.match(stderr, new RegExp(`process ${process.pid}`))
    })
  })
