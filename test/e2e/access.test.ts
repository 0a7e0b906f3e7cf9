/** Users, tokens and the audit log as an operator meets them: the real binary on a folder of its own. */
import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {beforeAll, expect, test} from 'vitest'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()
const data = join(home.folder, 'data')
const PASSWORD = 'correct horse battery'
const run = (...args: string[]) => citywatch(home, args)
const typed = (input: string, ...args: string[]) => citywatch(home, args, {input: `${input}\n`})
/** A second person on the same machine, with a configuration of their own. */
const other = {...home, env: {...home.env, CITYWATCH_CONFIG_DIR: join(home.folder, 'other')}}

let platform: Running
let url: string

async function serve(): Promise<void> {
  platform = start(home, [
    'platform',
    'serve',
    '--port',
    '0',
    '--dc09-port',
    '0',
    '--data',
    data,
    '--json',
    '--log-format',
    'json',
  ])
  ;({url} = JSON.parse(await platform.line((line) => line.startsWith('{'))))
}

beforeAll(async () => {
  const early = await typed(
    PASSWORD,
    'platform',
    'user',
    'add',
    'anna',
    '--role',
    'viewer',
    '--data',
    data,
    '--password-stdin',
  )
  expect([early.exitCode, early.stderr]).toEqual([
    2,
    expect.stringContaining('admin of all jurisdictions for the first'),
  ])
  const first = await typed(
    PASSWORD,
    'platform',
    'user',
    'add',
    'chief',
    '--role',
    'admin',
    '--data',
    data,
    '--password-stdin',
  )
  expect([first.exitCode, first.stderr]).toEqual([0, expect.stringContaining('chief is the first')])
  await serve()
  await run('context', 'add', 'here', url)
})

test('nobody gets in without logging in; who logs in is known until logging out', async () => {
  const stranger = await run('alarm', 'list')
  expect([stranger.exitCode, stranger.stderr]).toEqual([4, expect.stringContaining('refused the credentials')])
  const wrong = await typed('not the right one', 'context', 'login', '--user', 'chief', '--password-stdin')
  expect([wrong.exitCode, wrong.stderr]).toEqual([4, expect.stringContaining('refused the credentials')])
  const nobody = await run('context', 'login', '--user', 'chief')
  expect([nobody.exitCode, nobody.stderr]).toEqual([2, expect.stringContaining('--password-stdin')])
  const login = await typed(PASSWORD, 'context', 'login', '--user', 'chief', '--password-stdin', '--json')
  expect(login.json()).toMatchObject({user: 'chief', role: 'admin', jurisdiction: ''})
  const kept = join(home.folder, 'config', 'sessions.json')
  expect(statSync(kept).mode & 0o777).toBe(0o600)
  expect(login.stdout).not.toContain(JSON.parse(readFileSync(kept, 'utf8')).sessions[0].token)
  expect((await run('alarm', 'list', '--json')).json()).toEqual({alarms: []})
  expect((await run('context', 'list')).stdout).toContain('chief until')
  expect((await run('platform', 'status')).stdout).toMatch(/access +by users and tokens\nyou +chief, admin, all/)
})

test('a token is shown once or written for its owner alone; an operator may not manage', async () => {
  const file = join(home.folder, 'desk.token')
  const made = await run(
    'platform',
    'token',
    'create',
    'desk',
    '--role',
    'operator',
    '--jurisdiction',
    'c.d',
    '--out',
    file,
  )
  expect([made.exitCode, made.stdout]).toEqual([0, ''])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const token = readFileSync(file, 'utf8').trim()
  expect(token).toMatch(/^cw_/)
  const again = await run('platform', 'token', 'create', 'desk', '--role', 'operator', '--out', file)
  expect(again.exitCode).toBe(2)
  const listed = await run('platform', 'token', 'list', '--json')
  expect(listed.stdout).not.toContain(token)
  expect(listed.json()).toMatchObject({tokens: [{name: 'desk', role: 'operator', jurisdiction: 'c.d'}]})
  const env = {CITYWATCH_TOKEN_FILE: file}
  const refused = await citywatch(other, ['platform', 'user', 'list', '--platform', url], {env})
  expect([refused.exitCode, refused.stderr]).toEqual([4, expect.stringContaining('token desk is operator')])
  const elsewhere = await citywatch(other, ['alarm', 'list', '--jurisdiction', 'c.e', '--platform', url], {env})
  expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([4, expect.stringContaining('token desk sees c.d')])
  expect((await citywatch(other, ['alarm', 'list', '--platform', url], {env})).exitCode).toBe(0)
  expect((await run('platform', 'token', 'revoke', 'desk')).exitCode).toBe(0)
  expect((await citywatch(other, ['alarm', 'list', '--platform', url], {env})).exitCode).toBe(4)
})

test('the last admin stays; a folder in use is not worked on', async () => {
  const last = await run('platform', 'user', 'remove', 'chief')
  expect([last.exitCode, last.stderr]).toEqual([4, expect.stringContaining('would leave no admin')])
  const held = await run('platform', 'user', 'list', '--data', data)
  expect([held.exitCode, held.stderr]).toEqual([6, expect.stringContaining(String(platform.pid))])
})

test('the audit log is whole: asked of the platform, of its folder, of a backup; a touched one is exit 3', async () => {
  const asked = await run('platform', 'audit', 'verify', '--json')
  expect(asked.json()).toMatchObject({state: 'intact', of: url})
  const {head} = asked.json<{head: string}>()
  const backup = join(home.folder, 'monday.db')
  const made = await run('platform', 'backup', backup, '--data', data)
  expect([made.exitCode, made.stderr]).toEqual([0, ''])
  for (const place of [data, backup]) {
    const verdict = await run('platform', 'audit', 'verify', '--data', place, '--expect', head, '--json')
    expect([verdict.exitCode, verdict.json()]).toMatchObject([0, {state: 'intact', expected: 'found'}])
  }
  const lines = (await run('platform', 'audit', 'list', '-o', 'jsonl')).stdout
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({what}) => what)).toEqual(
    expect.arrayContaining([
      'user.add',
      'platform.start',
      'login.failed',
      'login',
      'token.create',
      'token.revoke',
      'backup.made',
    ]),
  )
  expect((await run('platform', 'audit', 'list', '--what', 'login', '--data', backup, '--json')).json()).toMatchObject({
    lines: expect.arrayContaining([expect.objectContaining({what: 'login', who: 'user chief'})]),
  })
  const db = new DatabaseSync(backup)
  db.exec(`UPDATE audit SET line = replace(line, 'chief', 'other') WHERE n = 1`)
  db.close()
  const touched = await run('platform', 'audit', 'verify', '--data', backup)
  expect([touched.exitCode, touched.stdout]).toEqual([3, expect.stringContaining('broken at line 1')])
  const unknown = await run('platform', 'audit', 'verify', '--data', data, '--expect', 'f'.repeat(64))
  expect([unknown.exitCode, unknown.stdout]).toEqual([
    3,
    expect.stringContaining('cut off, or the log was written anew'),
  ])
})

test('a session whose file others can read is not used, and is not shown', async () => {
  const file = join(home.folder, 'other', 'sessions.json')
  const {token} = JSON.parse(readFileSync(join(home.folder, 'config', 'sessions.json'), 'utf8')).sessions[0]
  await citywatch(other, ['context', 'add', 'here', url])
  writeFileSync(file, JSON.stringify({sessions: [{place: `here ${url}`, user: 'x', token, expiresAt: 9e15}]}), {
    mode: 0o644,
  })
  const open = await citywatch(other, ['alarm', 'list'])
  expect([open.exitCode, open.stderr]).toEqual([4, expect.stringContaining('chmod 600')])
  expect(open.stderr).not.toContain(token)
})

test('a password goes over no network in clear', async () => {
  const refused = await typed(
    PASSWORD,
    'context',
    'login',
    '--user',
    'chief',
    '--password-stdin',
    '--platform',
    'http://192.0.2.1:8030',
  )
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('is not covered')])
})

test('logging out ends the session; the log of the platform tells of it all without a secret', async () => {
  const {token} = JSON.parse(readFileSync(join(home.folder, 'config', 'sessions.json'), 'utf8')).sessions[0]
  expect((await run('context', 'logout', '--json')).json()).toMatchObject({wasLoggedIn: true, ended: true})
  expect((await run('alarm', 'list')).exitCode).toBe(4)
  const {exitCode, stderr} = await platform.stop()
  expect(exitCode).toBe(130)
  const events = stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).event)
  expect(events).toEqual(
    expect.arrayContaining(['platform.start', 'login.failed', 'login', 'access.refused', 'platform.stop']),
  )
  for (const secret of [token, PASSWORD]) expect(stderr).not.toContain(secret)
  const way = await typed(
    'the way back in again',
    'platform',
    'user',
    'passwd',
    'chief',
    '--data',
    data,
    '--password-stdin',
  )
  expect(way.exitCode).toBe(0)
  await serve()
  const login = await typed(
    'the way back in again',
    'context',
    'login',
    '--user',
    'chief',
    '--password-stdin',
    '--platform',
    url,
  )
  expect(login.exitCode).toBe(0)
  await platform.stop()
})
