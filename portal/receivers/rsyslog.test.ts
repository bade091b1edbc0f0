import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCertificate } from '#tests/certificate'
import { home } from '#tests/device'
import { until } from '#tests/until'
import { sendSyslog, trust } from './deliver.ts'
import type { Told } from './forms.ts'
import { writeSyslog } from './ocsf.ts'

const skip =
  spawnSync('rsyslogd', ['-v']).status === 0 || process.env.CI === 'true'
    ? false
    : 'needs the Debian packages rsyslog and rsyslog-gnutls'

test('a real rsyslogd takes our messages over TLS as they are, also the longest', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vartio-rsyslog-'))
  const file = (name: string) => join(folder, name)
  const { cert, key } = createCertificate('localhost')
  writeFileSync(file('cert.pem'), cert)
  writeFileSync(file('key.pem'), key)
  writeFileSync(
    file('rsyslog.conf'),
    `global(workDirectory="${folder}" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="${file('cert.pem')}"
      defaultNetstreamDriverCertFile="${file('cert.pem')}" defaultNetstreamDriverKeyFile="${file('key.pem')}")
    module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
    input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="${file('port')}" ruleset="taken")
    template(name="line" type="string" string="%protocol-version%|%syslogfacility%|%syslogseverity-text%|%timestamp:::date-rfc3339%|%hostname%|%app-name%|%msgid%|%msg%\\n")
    ruleset(name="taken") { action(type="omfile" file="${file('taken')}" template="line") }\n`,
  )
  const rsyslogd = spawn('rsyslogd', ['-n', '-i', 'NONE', '-f', file('rsyslog.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(rsyslogd, 'close')
  try {
    const port = await until(() => {
      try {
        return readFileSync(file('port'), 'utf8').trim() || undefined
      } catch {
        return undefined
      }
    })
    const told = (path: string): Told => ({
      event: 'detection',
      at: new Date('2026-11-22T12:00:00.123Z'),
      eventId: randomUUID(),
      id: randomUUID(),
      organizationId: randomUUID(),
      link: 'https://portal.example/detections/1',
      device: { deviceId: randomUUID(), name: 'Ainon läppäri' },
      detection: {
        kind: 'detection',
        happenedAt: new Date('2026-11-22T11:59:00Z'),
        rule: 'eicar',
        ruleSet: 'vartio-test',
        severity: 'critical',
        done: 'failed',
        sha256: 'ab'.repeat(32),
        path,
        user: 'aino',
      },
    })
    const paths = [`${home}/lasku|%msg%\n.zip`, `${home}/${'ä'.repeat(900)}/x`, `/${'/😀'.repeat(1_300)}`]
    const messages = paths.map((path) => writeSyslog(told(path), 'portal.example'))
    assert.ok(messages.some((message) => message.length > 6_000))
    await sendSyslog(
      { address: `tls://localhost:${port}`, trust: trust(cert), allowed: new Set(['localhost']) },
      messages,
    )
    const lines = await until(() => {
      try {
        const all = readFileSync(file('taken'), 'utf8').trimEnd().split('\n')
        return all.length === messages.length ? all : undefined
      } catch {
        return undefined
      }
    })
    for (const [at, line] of lines.entries()) {
      const [, head, text] = /^(.*?detection)\|(.*)$/.exec(line) ?? assert.fail(line)
      assert.equal(head, '1|10|crit|2026-11-22T12:00:00.123Z|portal.example|vartio|detection')
      // Word for word, and what was named stands in it as it is named.
      assert.ok(messages[at]?.endsWith(text ?? '?'))
      const finding = JSON.parse(text ?? '')
      assert.ok(paths[at]?.endsWith(finding.evidences[0].file.path))
    }
  } finally {
    rsyslogd.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
})
