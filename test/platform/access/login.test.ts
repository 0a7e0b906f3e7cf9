/** Logging in: brute force, lock-outs, what a session opens and when it ends. */
import {describe, expect, test} from 'vitest'
import {Secret} from '../../../src/lib/secret.ts'
import {Hasher} from '../../../src/platform/access/password.ts'
import {PlatformClient} from '../../../src/platform/client.ts'
import {ask, cheapHasher, guardedPlatform, PASSWORD} from '../../support/access.ts'
import {manualClock, realClock} from '../../support/clock.ts'

const WRONG = new Secret('not the right one')

/** Real waiting, time by hand: the platform's own pauses go on. */
function handClock(now = 1_790_000_000_000) {
  const hand = manualClock(now)
  return {now: hand.now, advance: hand.advance, sleep: realClock.sleep}
}

const auditOf = async (chief: PlatformClient) => {
  const lines = []
  for await (const {line} of chief.auditLines()) lines.push(JSON.parse(line))
  return lines
}

describe('a session', () => {
  test('opens what its user may, says who that is, and is in the audit log', async () => {
    const {user, login, client, chief, url} = await guardedPlatform()
    await user('anna', 'operator', 'c.d')
    const session = await login('anna')
    expect(session).toMatchObject({
      user: 'anna',
      role: 'operator',
      jurisdiction: 'c.d',
      token: expect.stringMatching(/^cw_.{43}$/),
    })
    const anna = client(session.token)
    expect(await anna.whoami()).toEqual({kind: 'user', name: 'anna', role: 'operator', jurisdiction: 'c.d'})
    expect((await ask(`${url}/v1/users`, {token: session.token})).code).toBe('CW_FORBIDDEN')
    await anna.logout()
    await expect(anna.whoami()).rejects.toMatchObject({code: 'CW_AUTH'})
    await expect
      .poll(async () => (await auditOf(chief)).map(({what, who}) => `${what} by ${who}`))
      .toEqual(
        expect.arrayContaining([
          'user.add by token chief',
          'login by user anna',
          'logout by user anna',
          'access.refused by user anna',
        ]),
      )
  })

  test('runs out by the clock, also for a stream that is open', async () => {
    const clock = handClock()
    const {user, login, client} = await guardedPlatform({clock, sessionMs: 60_000, heartbeatMs: 20})
    await user('anna', 'viewer')
    const {token, expiresAt} = await login('anna')
    expect(expiresAt).toBe(clock.now() + 60_000)
    const watch = watched(client(token))
    await watch.live
    clock.advance(59_999)
    await client(token).whoami()
    clock.advance(1)
    await expect(client(token).whoami()).rejects.toMatchObject({code: 'CW_AUTH'})
    await watch.lost
  })

  test.each(['disable', 'remove'] as const)(
    'ends at once when its user is changed: %s, and its stream with it',
    async (change) => {
      const {user, login, client, chief} = await guardedPlatform()
      await user('anna', 'viewer')
      const {token} = await login('anna')
      const watch = watched(client(token))
      await watch.live
      await chief.access.changeUser({name: 'anna', change})
      await expect(client(token).whoami()).rejects.toMatchObject({code: 'CW_AUTH'})
      await expect(login('anna')).rejects.toMatchObject({code: 'CW_AUTH'})
      await watch.lost
    },
  )

  test('a revoked token opens nothing, and its stream ends', async () => {
    const {token, client, chief} = await guardedPlatform()
    const text = await token('desk', 'viewer')
    const watch = watched(client(text))
    await watch.live
    await chief.access.revokeToken('desk')
    await expect(client(text).status()).rejects.toMatchObject({code: 'CW_AUTH'})
    await watch.lost
  })

  test('a token runs out by the clock', async () => {
    const clock = handClock()
    const {chief, client} = await guardedPlatform({clock})
    const {token} = await chief.access.addToken({
      name: 't',
      role: 'viewer',
      jurisdiction: '',
      expiresAt: clock.now() + 1_000,
    })
    await client(token).status()
    clock.advance(1_000)
    await expect(client(token).status()).rejects.toMatchObject({code: 'CW_AUTH'})
  })

  test("a user signs with the user's own name, whatever the request says; a token is a desk with people at it", async () => {
    const {user, login, client, chief, token, platform} = await guardedPlatform({acceptUnknown: true})
    await user('anna', 'operator')
    for (const zone of ['1', '2']) {
      await platform.accept({account: '1234', scheme: 'sia', code: 'BA', qualifier: 'new', zone, raw: 'x' as never})
    }
    const as = 'the chief of police' as never
    expect((await client((await login('anna')).token).ack({id: 1, version: 1, by: as})).ackedBy).toBe('anna')
    expect((await client(await token('desk', 'operator')).ack({id: 2, version: 1, by: as})).ackedBy).toBe(as)
    const acks = (await auditOf(chief)).filter(({what}) => what === 'alarm.ack')
    expect(acks).toMatchObject([
      {who: 'user anna', role: 'operator', from: '127.0.0.1', on: 'alarm/1', detail: 'acked'},
      {who: 'token desk', on: 'alarm/2'},
    ])
  })

  test('survives a restart; what is kept of it opens nothing', async () => {
    const {user, login, platform, folder, chiefToken} = await guardedPlatform()
    await user('anna', 'viewer')
    const {token} = await login('anna')
    await platform.close()
    const {readFileSync, readdirSync} = await import('node:fs')
    const {join} = await import('node:path')
    const disk = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name)).toString('latin1'))
      .join('')
    for (const secret of [token, chiefToken, PASSWORD.reveal()]) expect(disk).not.toContain(secret)
    const {testPlatform} = await import('../../support/platform.ts')
    const again = await testPlatform({dataFolder: folder, hasher: cheapHasher()})
    expect(await new PlatformClient({url: again.platform.url, token: new Secret(token)}).whoami()).toMatchObject({
      name: 'anna',
    })
  })
})

describe('brute force', () => {
  test('a wrong password and a user who is not there are one answer, and one amount of work', async () => {
    const work: boolean[] = []
    class Counting extends Hasher {
      override verify(password: Secret, kept: string | undefined) {
        work.push(kept === undefined)
        return super.verify(password, kept)
      }
    }
    const {user, url} = await guardedPlatform({hasher: new Counting({cost: {ln: 1, r: 1, p: 1}})})
    await user('anna', 'viewer')
    const answers = []
    for (const name of ['anna', 'berta', 'user with\nline', '__proto__']) {
      answers.push(await ask(`${url}/v1/login`, {method: 'POST', body: {user: name, password: 'not the right one'}}))
    }
    expect(new Set(answers.map(({status, text}) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]).toMatchObject({status: 401, code: 'CW_AUTH'})
    expect(work).toEqual([false, true, true, true])
  })

  test('a user is locked out after ten, told how long, and let in again by an admin; known or not is one answer', async () => {
    const clock = handClock()
    const {user, login, chief, url} = await guardedPlatform({clock})
    await user('anna', 'viewer')
    const tries = async (name: string) => {
      const seen = []
      for (let n = 0; n < 12; n++) {
        const {status, headers} = await ask(`${url}/v1/login`, {
          method: 'POST',
          body: {user: name, password: 'not the right one'},
        })
        const waitS = Number(headers['retry-after'] ?? 0)
        seen.push(`${status} ${waitS}`)
        clock.advance(waitS * 1_000)
      }
      return seen
    }
    const known = await tries('anna')
    expect(known.filter((answer) => answer.startsWith('429'))).toEqual(['429 1', '429 2', '429 4', '429 8'])
    clock.advance(3 * 3_600_000)
    expect(await tries('nobody-of-that-name')).toEqual(known)
    clock.advance(3 * 3_600_000)
    for (let n = 0; n < 60; n++) {
      await login('anna', WRONG).catch(() => undefined)
      clock.advance(33_000)
      if (((await list(chief))[0]?.lockedUntil ?? 0) > clock.now()) break
    }
    await expect(login('anna')).rejects.toMatchObject({code: 'CW_TOO_MANY_TRIES'})
    expect(await list(chief)).toMatchObject([{name: 'anna', failures: 10}])
    await chief.access.changeUser({name: 'anna', change: 'unlock'})
    expect(await login('anna')).toMatchObject({user: 'anna'})
    const whats = async () => (await auditOf(chief)).map(({what}) => what)
    await expect.poll(whats).toEqual(expect.arrayContaining(['login.failed', 'login.locked', 'user.unlock', 'login']))
  })

  test('the last admin at the machine itself is never locked out', async () => {
    const clock = handClock()
    const {user, login, chief} = await guardedPlatform({clock})
    await user('boss', 'admin')
    await chief.access.revokeToken('chief')
    for (let n = 0; n < 40; n++) {
      await login('boss', WRONG).catch(() => undefined)
      clock.advance(2_000)
    }
    expect(await login('boss')).toMatchObject({user: 'boss', role: 'admin'})
  })

  test('a flood of log-ins does not wait in a queue without end, and reading goes on', async () => {
    const {user, url, chief, chiefToken} = await guardedPlatform({hasher: new Hasher()})
    await user('anna', 'viewer')
    const flood = Array.from({length: 60}, (_, n) =>
      ask(`${url}/v1/login`, {method: 'POST', body: {user: `anna${n}`, password: 'not the right one'}}),
    )
    expect((await ask(`${url}/v1/status`, {token: chiefToken})).status).toBe(200)
    const statuses = (await Promise.all(flood)).map(({status}) => status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(40)
    const lines = await auditOf(chief)
    expect(lines.filter(({what}) => what === 'login.failed').length).toBeLessThanOrEqual(5)
    expect(JSON.stringify(lines)).not.toContain('anna5')
  })

  test('wrong tokens are slowed down by address; the right one passes all the same', async () => {
    const {url, chiefToken} = await guardedPlatform()
    const wrong = `cw_${'A'.repeat(43)}`
    const statuses = []
    for (let n = 0; n < 130; n++) statuses.push((await ask(`${url}/v1/status`, {token: wrong})).status)
    expect(statuses.slice(0, 100)).toEqual(Array(100).fill(401))
    expect(statuses.at(-1)).toBe(429)
    expect((await ask(`${url}/v1/status`, {token: chiefToken})).status).toBe(200)
  })
})

describe('passwords', () => {
  test("one's own needs the present one; another's an admin", async () => {
    const {user, login, client, chief} = await guardedPlatform()
    await user('anna', 'viewer')
    await user('berta', 'viewer')
    const next = new Secret('another good passphrase')
    const {access} = client((await login('anna')).token)
    await expect(access.setPassword({name: 'berta', password: next, current: PASSWORD})).rejects.toMatchObject({
      code: 'CW_FORBIDDEN',
    })
    await expect(access.setPassword({name: 'anna', password: next})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(access.setPassword({name: 'anna', password: next, current: WRONG})).rejects.toMatchObject({
      code: 'CW_AUTH',
    })
    await access.setPassword({name: 'anna', password: next, current: PASSWORD})
    await expect(login('anna')).rejects.toMatchObject({code: 'CW_AUTH'})
    expect(await login('anna', next)).toMatchObject({user: 'anna'})
    await chief.access.setPassword({name: 'anna', password: PASSWORD})
    expect(await login('anna')).toMatchObject({user: 'anna'})
  })

  test('no answer and no error shows a password, even one of a wrong type', async () => {
    const {url, chiefToken} = await guardedPlatform()
    for (const password of ['canary', ['canary-canary'], {canary: 1}, 'canary'.repeat(500)]) {
      for (const path of ['/v1/login', '/v1/users', '/v1/users/password']) {
        const body = {user: 'a', name: 'a', role: 'viewer', jurisdiction: '', password}
        expect((await ask(`${url}${path}`, {method: 'POST', token: chiefToken, body})).text).not.toContain('canary')
      }
    }
  })
})

async function list(chief: PlatformClient) {
  const users = []
  for await (const user of chief.access.users()) users.push(user)
  return users
}

/** A watch: when it is live, and when it has lost its line after that. */
function watched(client: PlatformClient): {readonly live: Promise<void>; readonly lost: Promise<void>} {
  const live = Promise.withResolvers<void>()
  const lost = Promise.withResolvers<void>()
  const follow = async () => {
    const {epoch} = await client.status()
    const stop = new AbortController()
    for await (const message of client.watch({epoch, seq: 0}, {clock: realClock, signal: stop.signal})) {
      if (message.type !== 'link') continue
      if (message.link === 'live') live.resolve()
      if (message.link === 'lost') return
    }
  }
  follow().then(lost.resolve, lost.reject)
  return {live: live.promise, lost: lost.promise}
}
