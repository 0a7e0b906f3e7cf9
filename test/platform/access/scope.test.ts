/** Who is cut to a jurisdiction gets nothing of any other, by whatever way is asked: tried over real HTTP. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Panel} from '../../../src/model/device.ts'
import type {WatchMessage} from '../../../src/platform/watch.ts'
import {ask, guardedPlatform} from '../../support/access.ts'
import {realClock as clock} from '../../support/clock.ts'
import {panel, signalOf} from '../../support/signals.ts'

/** Words that only stand in what belongs to other jurisdictions. */
const CANARY = 'CANARY'
const inside: Panel = {...panel, key: 'inside', account: 'AAAA', jurisdiction: 'c.d.1', name: safeText('Inside')}
const outside: Panel = {...panel, key: CANARY, account: 'BBBB', jurisdiction: 'c.d-e', name: safeText(CANARY)}
const BY = safeText('anna')
const minutes = (n: number) => n * 60_000

/** A city with an alarm, a test, a signal without alarm, refused frames and foreign events, within and without. */
async function city() {
  const running = await guardedPlatform({heartbeatMs: 50})
  const {chief, platform} = running
  await chief.putDevices({devices: [inside, outside]})
  const start = (await chief.snapshot()).position
  for (const {account} of [inside, outside]) {
    const raw = safeText(account === outside.account ? CANARY : 'fine')
    await platform.accept(signalOf({account, raw}))
    await platform.accept(signalOf({account, code: 'RP', raw})) // a test report: logged, no alarm
    await chief.startOnTest({account, reason: raw, by: BY, forMs: minutes(5), zones: ['9']})
    await chief.ack({id: account === outside.account ? 2 : 1, version: 1, by: BY})
  }
  await platform.accept(signalOf({account: 'FFFF', raw: safeText(CANARY)}))
  await chief.sendEvents({specversion: '1.0', source: `/${CANARY}`, id: '1', type: 'x', subject: 'c.d.1'})
  return {...running, start, viewer: await running.token('v', 'viewer', 'c.d')}
}

describe('reading', () => {
  test.each([
    '/v1/alarms',
    '/v1/alarms?all=true',
    '/v1/alarms?all=true&jurisdiction=c',
    '/v1/alarms?jurisdiction=c.d.1',
    '/v1/alarms?after=1&limit=1&all=true',
    '/v1/devices?kind=panel',
    '/v1/devices?kind=panel&jurisdiction=c',
    '/v1/devices?kind=panel&account=BBBB',
    '/v1/ontest',
    '/v1/ontest?all=true',
    '/v1/ontest?account=BBBB',
    '/v1/events?after=START&limit=2000',
    '/v1/events?after=START&types=alarm.*',
    '/v1/events?after=START&types=event.*',
    '/v1/events?after=START&types=frame.refused',
    '/v1/events?after=START&jurisdiction=c',
    '/v1/audit',
    '/v1/users',
    '/v1/status',
  ])('%s tells nothing of elsewhere', async (path) => {
    const {url, viewer, start, token} = await city()
    const bearer = /audit|users/.test(path) ? await token('a', 'admin', 'c.d') : viewer
    const {status, text} = await ask(url + path.replace('START', `${start.epoch}-${start.seq}`), {token: bearer})
    expect(status).toBe(200)
    expect(text).not.toMatch(/CANARY|BBBB|c\.d-e|FFFF/)
    // Whoever changed something within is named in the lines about it, wherever that one is from.
    if (path !== '/v1/audit') expect(text).not.toContain('"chief"')
  })

  test.each(['/v1/alarms', '/v1/devices?kind=panel', '/v1/ontest', '/v1/events?after=START', '/v1/stream'])(
    '%s for a jurisdiction outside is refused by name: an empty answer would look as if nothing were there',
    async (path) => {
      const {url, viewer, start} = await city()
      for (const jurisdiction of ['c.d-e', 'c.e', 'x']) {
        const at = `${path.replace('START', `${start.epoch}-0`)}${path.includes('?') ? '&' : '?'}jurisdiction=${jurisdiction}`
        expect(await ask(url + at, {token: viewer})).toMatchObject({status: 403, code: 'CW_FORBIDDEN'})
      }
    },
  )

  test('what belongs to nobody is not for who is cut to a jurisdiction', async () => {
    const {url, viewer, start} = await city()
    for (const path of [
      `/v1/events?after=${start.epoch}-0&jurisdiction=@unrouted`,
      '/v1/stream?jurisdiction=@unrouted',
    ]) {
      expect(await ask(url + path, {token: viewer})).toMatchObject({status: 403, code: 'CW_FORBIDDEN'})
    }
  })

  test('the counts of the status are those of the jurisdiction', async () => {
    const {client, viewer, chief} = await city()
    const seen = await client(viewer).status()
    expect(seen).toMatchObject({alarms: {new: 0, acked: 1}, devices: {panel: 1}, onTest: 1, refused: 0})
    expect(seen.node).toBeUndefined()
    expect(await chief.status()).toMatchObject({alarms: {new: 0, acked: 2}, devices: {panel: 2}, onTest: 2, node: {}})
  })

  test('a snapshot and a watch are whole within, and the numbers left out are told', async () => {
    const {client, viewer, start, platform, chief} = await city()
    const watcher = client(viewer)
    const snapshot = await watcher.snapshot()
    expect(snapshot.alarms.map(({account}) => account)).toEqual(['AAAA'])
    const stop = new AbortController()
    const seen: WatchMessage[] = []
    await platform.accept(signalOf({account: 'BBBB', zone: '5', raw: safeText(CANARY)}))
    await platform.accept(signalOf({account: 'AAAA', zone: '5'}))
    const head = (await chief.status()).head
    for await (const message of watcher.watch(start, {clock, signal: stop.signal})) {
      seen.push(message)
      if (message.type === 'entry' && message.entry.seq === head) break
    }
    expect(JSON.stringify(seen)).not.toMatch(/CANARY|BBBB|c\.d-e|FFFF/)
    const types = seen.flatMap((message) => (message.type === 'entry' ? [message.entry.type] : []))
    expect(types).toEqual(['signal', 'signal', 'ontest', 'action', 'signal'])
  })
})

describe('changing', () => {
  test('an alarm elsewhere is as one that is not there', async () => {
    const {client, token} = await city()
    const operator = client(await token('o', 'operator', 'c.d'))
    const [there, nowhere] = [2, 999].map((id) => operator.ack({id, version: 1, by: BY}))
    await expect(there).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {field: 'alarm', expected: 'the id of an alarm'},
    })
    await expect(nowhere).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {field: 'alarm', expected: 'the id of an alarm'},
    })
  })

  test('an inventory plan that reaches elsewhere is refused whole', async () => {
    const {client, token, chief} = await city()
    const technician = client(await token('t', 'technician', 'c.d'))
    const own = {...inside, key: 'new', account: 'CCCC'}
    for (const device of [{...own, key: 'x', jurisdiction: 'c.d-e'}, {...own, key: CANARY}, outside]) {
      await expect(technician.putDevices({devices: [own, device]})).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
    }
    expect(await technician.putDevices({devices: [own]})).toMatchObject({created: 1})
    expect((await chief.inventory()).devices).toHaveLength(3)
  })

  test('no test window and no signal elsewhere', async () => {
    const {client, token, chief} = await city()
    const technician = client(await token('t', 'technician', 'c.d'))
    const window = {account: 'BBBB', reason: safeText('x'), by: BY, forMs: minutes(5), zones: ['8']}
    await expect(technician.startOnTest(window)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(technician.endOnTest({id: 2, by: BY})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    const {head} = await chief.status()
    const event = {
      specversion: '1.0',
      source: '/t',
      id: '1',
      type: 'org.citywatch.signal',
      data: signalOf({account: 'BBBB'}),
    } as const
    await expect(technician.sendEvents(event)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    const entries = await chief.alarms({all: true})[Symbol.asyncIterator]().next()
    expect(entries.done).toBe(false)
    expect((await chief.status()).alarms).toMatchObject({new: 0, acked: 2})
    expect((await chief.status()).head - head).toBeLessThanOrEqual(1) // the refusal, where operators see it
  })

  test('an admin of a district makes users and tokens there, sees only those, and reads only its lines', async () => {
    const {client, token, chief} = await city()
    const district = client(await token('district', 'admin', 'c.d'))
    await expect(district.access.addToken({name: 'up', role: 'admin', jurisdiction: ''})).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
    })
    await district.access.addToken({name: 'desk', role: 'operator', jurisdiction: 'c.d.1'})
    const seen = []
    for await (const {name} of district.access.tokens()) seen.push(name)
    expect(seen).toEqual(['desk', 'district', 'v'])
    await expect(district.access.revokeToken('chief')).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    const lines = []
    for await (const {line} of district.auditLines()) lines.push(JSON.parse(line))
    expect(lines.every(({place}) => String(place).startsWith('c.d') && place !== 'c.d-e')).toBe(true)
    expect(lines.map(({what}) => what)).toEqual(expect.arrayContaining(['alarm.ack', 'ontest.start', 'token.create']))
    const all = []
    for await (const {line} of chief.auditLines()) all.push(JSON.parse(line))
    expect(all.length).toBeGreaterThan(lines.length)
  })
})
