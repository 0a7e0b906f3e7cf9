/** Backup of a platform that is at work, and its life after a restore, by the real binary. */
import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {execa} from 'execa'
import {expect, test} from 'vitest'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()

async function serve(data: string): Promise<{platform: Running; url: string; dc09Port: number}> {
  const ports = ['--port', '0', '--dc09-port', '0']
  const platform = start(home, ['platform', 'serve', ...ports, '--data', data, '--accept-unknown', '--json'])
  return {platform, ...JSON.parse(await platform.line((line) => line.includes('dc09Port')))}
}

interface Page {
  readonly items: readonly {readonly seq: number}[]
}

/** Entries 1 to `head`, as the platform tells them. */
async function entries(url: string, epoch: string, head: number) {
  const items: {readonly seq: number}[] = []
  while (items.length < head) {
    const query = `after=${epoch}-${items.length}&limit=${Math.min(2_000, head - items.length)}`
    const page = (await (await fetch(`${url}/v1/events?${query}`)).json()) as Page
    expect(page.items.length).toBeGreaterThan(0)
    items.push(...page.items)
  }
  return items
}

interface Status {
  readonly epoch: string
  readonly head: number
}

const statusOf = async (url: string) =>
  (await citywatch(home, ['platform', 'status', '--platform', url, '--json'])).json<Status>()

test('a platform under load is backed up and restored elsewhere: all up to the head of the backup, dense, and old cursors are reset', async () => {
  const data = join(home.folder, 'busy')
  const {platform, url, dc09Port} = await serve(data)
  const watcher = start(home, ['alarm', 'watch', '--jsonl', '--since', 'now', '--platform', url])
  const load = start(home, [
    'panel',
    'load',
    `127.0.0.1:${dc09Port}`,
    '--panels',
    '40',
    '--rate',
    '200',
    '--hold',
    '1h',
  ])
  const seen = (seq: number) => watcher.line((line) => (JSON.parse(line).seq ?? 0) >= seq)
  await seen(50)

  const file = join(home.folder, 'busy.db')
  const made = await citywatch(home, ['platform', 'backup', file, '--data', data, '--json'])
  expect([made.exitCode, made.stderr]).toEqual([0, ''])
  const backup = made.json<Status & {file: string; sizeBytes: number}>()
  expect(backup).toMatchObject({file, head: expect.any(Number), sizeBytes: readFileSync(file).length})
  expect(backup.head).toBeGreaterThanOrEqual(50)
  await seen(backup.head + 1) // it went on writing
  const again = await citywatch(home, ['platform', 'backup', file, '--data', data])
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('is there already')])
  const held = await citywatch(home, ['platform', 'restore', file, '--data', data])
  expect([held.exitCode, held.stderr]).toEqual([6, expect.stringContaining(`${platform.pid}`)])
  await load.stop()
  const original = await entries(url, backup.epoch, backup.head)
  await watcher.stop()
  await platform.stop()

  const elsewhere = join(home.folder, 'elsewhere')
  const restoring = await citywatch(home, ['platform', 'restore', file, '--data', elsewhere, '--json'])
  expect(restoring.json()).toMatchObject({head: backup.head, replaced: null, dataFolder: elsewhere})
  const second = await serve(elsewhere)
  const status = await statusOf(second.url)
  expect(status.head).toBe(backup.head)
  expect(status.epoch).not.toBe(backup.epoch)
  const restored = await entries(second.url, status.epoch, status.head)
  expect(restored.map(({seq}) => seq)).toEqual(Array.from({length: backup.head}, (_, index) => index + 1))
  expect(restored).toEqual(original)

  const cursor = ['--since', `${backup.epoch}-3`]
  const late = start(home, ['alarm', 'watch', '--jsonl', ...cursor, '--platform', second.url])
  await late.note((line) => line.includes('the platform has another log'))
  const first = JSON.parse(await late.line(() => true))
  expect(first).toMatchObject({type: 'snapshot', position: `${status.epoch}-${status.head}`})
  await late.stop()
  await second.platform.stop()
})

test('kill -9 in the middle of a backup leaves nothing under its name; the next one clears up and is sound', async () => {
  const data = join(home.folder, 'big')
  await (await serve(data)).platform.stop()
  const db = new DatabaseSync(join(data, 'platform.db'))
  db.exec('CREATE TABLE filler (bytes BLOB)')
  const add = db.prepare('INSERT INTO filler VALUES (zeroblob(1000000))')
  db.exec('BEGIN')
  for (let megabyte = 0; megabyte < 150; megabyte++) add.run()
  db.exec('COMMIT')
  db.close()
  const folder = home.folder
  const file = join(folder, 'big.db')
  const leftovers = () => readdirSync(folder).filter((name) => /^big\.db\.\d+\.part/.test(name))

  const args = ['platform', 'backup', file, '--data', data]
  // One that was over before it could be killed is whole, and says nothing: again.
  for (; leftovers().length === 0; await killedWhen(() => leftovers().length > 0, args)) rmSync(file, {force: true})
  expect(existsSync(file)).toBe(false)
  const made = await citywatch(home, ['platform', 'backup', file, '--data', data, '--json'])
  expect(made.json()).toMatchObject({head: 0, sizeBytes: readFileSync(file).length})
  expect(leftovers()).toEqual([])
})

/** Runs a command and kills it as soon as `is` holds. It may end before. */
async function killedWhen(is: () => boolean, args: readonly string[]): Promise<void> {
  const child = execa(process.execPath, ['bin/run.js', ...args], {env: home.env, reject: false, stdin: 'ignore'})
  let over = false
  void child.then(() => {
    over = true
  })
  while (!over && !is()) await new Promise(setImmediate)
  child.kill('SIGKILL')
  await child
}
