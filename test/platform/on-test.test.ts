/** Accounts on test at a real platform: what raises no alarm, what stays real, and how a test ends. */
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import type {Platform} from '../../src/platform/server/platform.ts'
import {manualClock, realClock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'

const MINUTE = 60_000
const drill = {account: '1234', reason: safeText('walk test'), by: safeText('anna'), forMs: 60 * MINUTE}

/** Everything that the platform logs from now on, as a watcher gets it. */
async function watched(client: PlatformClient): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = []
  const stop = new AbortController()
  const {epoch, head} = await client.status()
  const done = (async () => {
    for await (const message of client.watch({epoch, seq: head}, {clock: realClock, signal: stop.signal}))
      if (message.type === 'entry') entries.push(message.entry)
  })()
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return entries
}

const story = (entries: readonly LogEntry[]) =>
  entries.map((entry) => {
    if (entry.type === 'ontest') return `${entry.change} #${entry.window.id}${entry.by ? ` by ${entry.by}` : ''}`
    if (entry.type !== 'signal') return entry.type
    const what = `${entry.signal.code} ${entry.signal.zone ?? ''}`
    return `${what} ${entry.change ?? 'logged'}${entry.onTest ? ` on test #${entry.onTest}` : ''}`
  })

describe('on test: signals', () => {
  test('inside the scope no alarm, stored and streamed with the window; outside real', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const entries = await watched(client)
    await client.startOnTest({...drill, zones: ['3', '4']})
    await platform.accept(signalOf({zone: '3'}))
    await platform.accept(signalOf({zone: '5'}))
    await platform.accept(signalOf({code: 'PA', zone: '4'}))
    await platform.accept(signalOf({code: 'HA', zone: undefined as never}))
    await client.endOnTest({id: 1, by: safeText('bob')})
    await platform.accept(signalOf({zone: '3'}))
    await until(() => entries.length === 7)
    expect(story(entries)).toEqual([
      'started #1 by anna',
      'BA 3 logged on test #1',
      'BA 5 raised',
      'PA 4 logged on test #1',
      'HA  raised',
      'ended #1 by bob',
      'BA 3 raised',
    ])
    expect(await platform.status()).toMatchObject({alarms: {new: 3, acked: 0}, onTest: 0})
  })

  test('an alarm of before the test is restored by it, and not fired again', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const entries = await watched(client)
    await client.startOnTest(drill)
    await platform.accept(signalOf())
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore'}))
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore'}))
    await until(() => entries.length === 4)
    expect(story(entries)).toEqual([
      'started #1 by anna',
      'BA 3 logged on test #1',
      'BR 3 restored on test #1',
      'BR 3 logged on test #1',
    ])
    expect(await client.alarm(1)).toMatchObject({condition: 'restored', count: 1})
  })

  test('other accounts are not touched, and unknown ones still refused', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await client.putDevices({devices: [{...panel, key: 'p2', account: '12340'}]})
    await client.startOnTest(drill)
    await platform.accept(signalOf({account: '12340'}))
    expect((await platform.status()).alarms.new).toBe(1)
    expect(await platform.accept(signalOf({account: 'FEED'}))).toBe('unknown-account')
  })
})

describe('on test: windows', () => {
  test('list, by account, the ended ones when asked; with the place of the panel and the time of the platform', async () => {
    const clock = manualClock(1_000)
    const {client, platform} = await testPlatformWithPanel({clock})
    await client.putDevices({devices: [{...panel, key: 'p2', account: 'AAAA'}]})
    await client.startOnTest({...drill, partition: '2', reference: safeText('T-77')})
    await client.startOnTest({...drill, account: 'AAAA'})
    await client.endOnTest({id: 2, by: safeText('bob')})
    const first = {
      id: 1,
      version: 1,
      account: '1234',
      partition: '2',
      reason: 'walk test',
      reference: 'T-77',
      by: 'anna',
      deviceName: panel.name,
      jurisdiction: panel.jurisdiction,
      startedAt: 1_000,
      endsAt: 1_000 + 60 * MINUTE,
      state: 'open',
    }
    expect(await client.onTest()).toEqual({now: 1_000, windows: [first]})
    expect((await client.onTest({account: 'AAAA'})).windows).toEqual([])
    expect((await client.onTest({account: 'AAAA', all: true})).windows).toMatchObject([
      {id: 2, state: 'ended', endedAt: 1_000, endedBy: 'bob'},
    ])
    expect((await platform.status()).onTest).toBe(1)
    expect((await client.snapshot()).onTest).toEqual([first])
  })

  test('a second test of the same part is a conflict that says who has it', async () => {
    const {client} = await testPlatformWithPanel()
    await client.startOnTest({...drill, partition: '2'})
    await expect(client.startOnTest({...drill, by: safeText('bob')})).rejects.toMatchObject({
      code: 'CW_CONFLICT',
      params: {what: 'account 1234', detail: expect.stringContaining('#1 by anna until ')},
    })
    expect((await client.startOnTest({...drill, partition: '3'})).id).toBe(2)
  })

  test('an account that no panel has is refused, unless the platform takes unknown ones', async () => {
    const {client} = await testPlatform()
    await expect(client.startOnTest(drill)).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'account'}})
    const open = await testPlatform({acceptUnknown: true})
    expect(await open.client.startOnTest(drill)).toMatchObject({id: 1, jurisdiction: ''})
  })

  test('the longest time is what the platform says', async () => {
    const {client} = await testPlatformWithPanel({maxOnTestMs: 10 * MINUTE})
    await expect(client.startOnTest(drill)).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'for'}})
    await client.startOnTest({...drill, forMs: 5 * MINUTE})
    const longer = {id: 1, by: drill.by, forMs: 11 * MINUTE}
    await expect(client.extendOnTest(longer)).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'for'}})
    expect((await client.extendOnTest({...longer, forMs: 10 * MINUTE})).version).toBe(2)
  })

  test('an end may be said twice, an extension of what is over is a conflict', async () => {
    const {client} = await testPlatformWithPanel()
    await client.startOnTest(drill)
    const ended = await client.endOnTest({id: 1, by: drill.by})
    expect(await client.endOnTest({id: 1, by: safeText('bob')})).toEqual(ended)
    await expect(client.extendOnTest({id: 1, by: drill.by, forMs: MINUTE})).rejects.toMatchObject({
      code: 'CW_CONFLICT',
      params: {what: 'on-test window 1'},
    })
  })
})

describe('on test: the clock', () => {
  test('a warning, then the end, each told to every watcher; what comes then is real', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1))
    const {platform, client} = await testPlatformWithPanel({clock})
    const entries = await watched(client)
    const {endsAt} = await client.startOnTest(drill)
    await advance(clock, platform, 55 * MINUTE, () => entries.length === 2)
    await client.extendOnTest({id: 1, by: safeText('bob'), forMs: 20 * MINUTE})
    await advance(clock, platform, 15 * MINUTE, () => entries.length === 4)
    await platform.accept(signalOf())
    await advance(clock, platform, 5 * MINUTE, () => entries.length === 6)
    await platform.accept(signalOf())
    await until(() => entries.length === 7)
    expect(story(entries)).toEqual([
      'started #1 by anna',
      'expiring #1',
      'extended #1 by bob',
      'expiring #1',
      'BA 3 logged on test #1',
      'expired #1',
      'BA 3 raised',
    ])
    const {windows} = await client.onTest({all: true})
    expect(windows).toMatchObject([{state: 'expired', endedAt: endsAt + 15 * MINUTE, version: 5}])
  })

  test('a short test is noticed by a platform that had nothing to wait for', async () => {
    const clock = manualClock(0)
    const {platform, client} = await testPlatformWithPanel({clock})
    const entries = await watched(client)
    await client.startOnTest({...drill, forMs: MINUTE})
    await advance(clock, platform, MINUTE / 2, () => entries.length === 2)
    expect(story(entries)).toEqual(['started #1 by anna', 'expiring #1'])
  })

  test('a signal at the end is real although nobody has noticed the end yet', async () => {
    const time = {now: 1_000}
    const clock = {now: () => time.now, sleep: manualClock().sleep}
    const {platform, client} = await testPlatformWithPanel({clock})
    const {endsAt} = await client.startOnTest(drill)
    time.now = endsAt
    await platform.accept(signalOf())
    expect(await platform.status()).toMatchObject({alarms: {new: 1}, onTest: 1})
    expect((await client.startOnTest(drill)).id).toBe(2)
  })

  test('what fell due while the platform was down is ended at its own time before anything is served', async () => {
    const folder = tempFolder()
    const first = await testPlatformWithPanel({dataFolder: folder, clock: manualClock(0)})
    await first.client.startOnTest(drill)
    await first.client.startOnTest({...drill, zones: ['3']}).catch(() => undefined)
    await first.platform.close()
    const late = 200 * MINUTE
    const second = await testPlatform({dataFolder: folder, clock: manualClock(late)})
    expect((await second.platform.status()).onTest).toBe(0)
    const {windows} = await second.client.onTest({all: true})
    expect(windows).toMatchObject([{state: 'expired', endedAt: 60 * MINUTE}])
  })

  test('an open test survives the platform', async () => {
    const folder = tempFolder()
    const first = await testPlatformWithPanel({dataFolder: folder, clock: manualClock(0)})
    await first.client.startOnTest(drill)
    await first.platform.close()
    const {platform, client} = await testPlatform({dataFolder: folder, clock: manualClock(MINUTE)})
    await platform.accept(signalOf())
    expect(await platform.status()).toMatchObject({alarms: {new: 0}, onTest: 1})
    expect((await client.onTest()).windows).toMatchObject([{id: 1, state: 'open', version: 1}])
  })
})

/** Time moves when the platform waits for it: what it writes between two moments takes as long as the disk takes. */
async function advance(
  clock: ReturnType<typeof manualClock>,
  platform: Platform,
  ms: number,
  reached: () => boolean,
): Promise<void> {
  clock.advance(ms)
  await until(async () => {
    clock.advance(0)
    return reached() && (await platform.status()).head > 0
  })
}
