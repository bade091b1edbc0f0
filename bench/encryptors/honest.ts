import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeHome, picture } from './home.ts'

export type Honest = { name: string; run(): Promise<void> }

/** Who writes much and means well. `missing`: what is not installed here, and was not tried. */
export async function prepareHonest(place: string, isSmall: boolean): Promise<{ honest: Honest[]; missing: string[] }> {
  /** In a session of its own, as work is that somebody starts. */
  const sh = (command: string, ...args: string[]) =>
    new Promise<void>((resolve, reject) => {
      const child = spawn('sh', ['-ec', command, 'sh', ...args], {
        cwd: place,
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      })
      let said = ''
      child.stderr.on('data', (text) => (said += text))
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${command}: ${code} ${said.slice(-400)}`)),
      )
    })
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
  mkdirSync(place)
  makeHome(join(place, 'tree'), isSmall ? 200 : 1_000)
  makeHome(join(place, 'letters'), 20)
  await prepareNpm()
  const git = 'git -c user.name=bench -c user.email=bench@example.fi'
  await sh(
    `mkdir repository; cp -r tree/folder-* repository; cd repository; git init -q; ${git} add .; ${git} commit -qm one`,
  )
  mkdirSync(join(place, 'card'))
  for (let index = 0; index < (isSmall ? 50 : 300); index += 1) {
    const path = join(place, 'card', `DSC${index}.JPG`)
    writeFileSync(path, picture(60_000 + index * 7))
    utimesSync(path, 1_600_000_000 + index, 1_600_000_000 + index)
  }
  mkdirSync(join(place, 'logs'))
  for (let index = 0; index < 60; index += 1)
    writeFileSync(
      join(place, 'logs', `syslog.${index}`),
      `Nov 22 10:00:00 host service[${index}]: a line\n`.repeat(2_000),
    )
  const database = new DatabaseSync(join(place, 'notes.db'))
  database.exec('create table note (id integer primary key, body blob)')
  const insert = database.prepare('insert into note (body) values (?)')
  database.exec('begin')
  for (let index = 0; index < 2_000; index += 1) insert.run(chance(`note ${index}`, 2_000))
  database.exec('commit')
  database.close()

  const npm = 'npm --offline --no-audit --no-fund --ignore-scripts --cache ./cache --loglevel error'
  const all: (Honest & { needs?: string })[] = [
    {
      name: 'git gc',
      run: () =>
        sh(
          `cd repository; for f in folder-*/*.txt; do echo more >> $f; done; ${git} commit -qam two; git gc -q --aggressive --prune=now`,
        ),
    },
    {
      name: 'tar',
      run: () => sh('tar czf tree.tgz tree; mkdir untarred; tar xzf tree.tgz -C untarred; rm -r untarred tree.tgz'),
    },
    // Twice: the second removes everything and writes it again.
    { name: 'npm ci', run: () => sh(`cd npm; ${npm} ci; ${npm} ci`) },
    { name: 'photo import', run: () => sh('mkdir photos; cp -p card/* photos/; rm card/*') },
    { name: 'gzip of logs', run: () => sh('gzip -r logs') },
    {
      name: 'letters encrypted by a person',
      needs: 'gpg',
      run: () =>
        sh(
          'mkdir -m 700 keys; for f in letters/folder-1/* letters/folder-2/*; do gpg --homedir keys --batch -q --passphrase x --symmetric "$f" && rm "$f"; done; gpgconf --homedir keys --kill all',
        ),
    },
    {
      name: 'vacuum of SQLite',
      needs: 'sqlite3',
      run: () => sh('sqlite3 notes.db "delete from note where id % 2; vacuum"'),
    },
    {
      name: 'a folder moved to another file system',
      run: () => sh('cp -r tree moved; mv moved "$1"; rm -r "$1"', `${place}-elsewhere`),
    },
    {
      name: 'rsync',
      needs: 'rsync',
      run: () => sh('rsync -a tree/ copy/; rsync -a --remove-source-files copy/ again/'),
    },
    // New files of chance, renamed when they are whole, as programs that keep encrypted copies do.
    {
      name: 'an encrypted copy',
      run: () =>
        sh(
          'mkdir safe; for f in tree/folder-1/*; do head -c 9000 /dev/urandom > safe/tmp; mv safe/tmp safe/$(basename "$f" | sha256sum | cut -c1-40); done',
        ),
    },
    { name: 'a zip that removes', run: () => sh('cp -r tree packed; zip -qrm packed.zip packed') },
    {
      name: 'video',
      needs: 'ffmpeg',
      run: () =>
        sh(
          'ffmpeg -loglevel error -f lavfi -i testsrc=duration=5 one.mp4; ffmpeg -loglevel error -i one.mp4 two.webm; rm one.mp4',
        ),
    },
    {
      name: 'office',
      needs: 'soffice',
      run: () => sh('soffice --headless --convert-to odt --outdir converted letters/folder-3/*.txt >/dev/null'),
    },
  ]
  const missing = all.filter(({ needs }) => needs !== undefined && !has(needs)).map(({ name }) => name)
  return { honest: all.filter(({ name }) => !missing.includes(name)), missing }

  async function prepareNpm(): Promise<void> {
    mkdirSync(join(place, 'npm'))
    const dependencies: Record<string, string> = {}
    for (let index = 0; index < (isSmall ? 20 : 100); index += 1) {
      const source = join(place, 'made', 'package')
      mkdirSync(source, { recursive: true })
      writeFileSync(join(source, 'package.json'), JSON.stringify({ name: `package-${index}`, version: '1.0.0' }))
      // Some packages bring what looks like chance.
      writeFileSync(join(source, 'data.bin'), chance(`${index}`, 5_000))
      writeFileSync(join(source, 'index.js'), `module.exports = ${index}\n`.repeat(100))
      await sh(`tar czf npm/package-${index}.tgz -C made package; rm -r made`)
      dependencies[`package-${index}`] = `file:package-${index}.tgz`
    }
    writeFileSync(
      join(place, 'npm', 'package.json'),
      JSON.stringify({ name: 'project', version: '1.0.0', dependencies }),
    )
    await sh('cd npm; npm --offline --no-audit --no-fund --ignore-scripts --cache ./cache --loglevel error install')
  }
}

const chance = (seed: string, bytes: number) => createHash('shake256', { outputLength: bytes }).update(seed).digest()
