/** A signal becomes an alarm, people see it and acknowledge it. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import {realClock as clock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'

const by = safeText('anna')

describe('alarms on the platform', () => {
  test('a signal of a known panel is an alarm with its place', async () => {
    const {platform, client} = await testPlatformWithPanel()
    expect(await platform.accept(signalOf())).toBe('stored')
    const {alarms, position} = await client.snapshot()
    expect(position).toEqual({epoch: (await platform.status()).epoch, seq: 1})
    expect(alarms).toEqual([
      {
        id: 1,
        version: 1,
        account: '1234',
        device: panel.key,
        deviceName: panel.name,
        site: panel.site,
        jurisdiction: panel.jurisdiction,
        code: 'BA',
        name: expect.any(String),
        category: expect.any(String),
        priority: expect.any(Number),
        zone: '3',
        condition: 'active',
        handling: 'new',
        latching: false,
        count: 1,
        raisedAt: expect.any(Number),
        changedAt: expect.any(Number),
      },
    ])
  })

  test('an acknowledgement names the version seen: a newer one is a conflict, a repeat is none', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    await platform.accept(signalOf())
    await expect(client.ack({id: 1, version: 1, by})).rejects.toMatchObject({code: 'CW_CONFLICT'})
    const acked = await client.ack({id: 1, version: 2, by})
    expect(acked).toMatchObject({version: 3, handling: 'acked', ackedBy: 'anna', count: 2})
    expect(await client.ack({id: 1, version: 2, by: safeText('bert')})).toEqual(acked)
    expect((await platform.status()).head).toBe(3)
  })

  test('acknowledged and restored waits for what it was; closed it leaves the list, --all still has it', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    await client.ack({id: 1, version: 1, by})
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore'}))
    expect(await collect(client.alarms())).toMatchObject([{id: 1, condition: 'restored', handling: 'acked'}])
    expect((await platform.status()).alarms).toMatchObject({new: 0, acked: 1, over: 1})
    await client.act({verb: 'close', as: 'false', id: 1, version: 3, by})
    expect(await collect(client.alarms())).toEqual([])
    expect(await collect(client.alarms({all: true}))).toMatchObject([
      {id: 1, handling: 'closed', closed: {as: 'false'}},
    ])
    expect(await client.alarm(1)).toMatchObject({condition: 'restored', version: 4})
    expect(await client.alarm(2)).toBeUndefined()
    expect((await platform.status()).alarms).toMatchObject({new: 0, acked: 0, over: 0})
  })

  test('an alarm that nobody knows is a named error', async () => {
    const {client} = await testPlatform()
    await expect(client.ack({id: 7, version: 1, by})).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {field: 'alarm', value: 7},
    })
  })

  test('an unknown account is refused and operators see it, once a minute', async () => {
    const {platform, client} = await testPlatform()
    for (let times = 0; times < 3; times++) {
      expect(await platform.accept(signalOf({account: '9999'}))).toBe('unknown-account')
    }
    const stop = new AbortController()
    const {epoch} = await platform.status()
    for await (const message of client.watch({epoch, seq: 0}, {clock, signal: stop.signal})) {
      if (message.type !== 'entry') continue
      expect(message.entry).toMatchObject({seq: 1, type: 'refusal', from: 'account 9999'})
      break
    }
    expect(await platform.status()).toMatchObject({head: 1, refused: 3})
  })

  test('accept-unknown stores it as unrouted', async () => {
    const {platform, client} = await testPlatform({acceptUnknown: true})
    expect(await platform.accept(signalOf({account: '9999'}))).toBe('stored')
    expect(await collect(client.alarms())).toMatchObject([{account: '9999', site: '', jurisdiction: ''}])
  })

  test('pages: 5,000 open alarms come whole and in order', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await Promise.all(Array.from({length: 5_000}, (_, zone) => platform.accept(signalOf({zone: String(2 * zone)}))))
    const {alarms, position} = await client.snapshot()
    expect(alarms.map(({id}) => id)).toEqual(Array.from({length: 5_000}, (_, index) => index + 1))
    expect(position.seq).toBe(5_000)
    expect((await platform.status()).alarms).toMatchObject({new: 5_000, acked: 0})
  })
})
