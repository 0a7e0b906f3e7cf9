import {describe, expect, test} from 'vitest'
import {platformOnTest} from '../../src/cli/walk-on-test.ts'
import {platformSource} from '../../src/cli/walk-platform.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {AuditEntry} from '../../src/panel/audit/entry.ts'
import type {Ears} from '../../src/panel/walk/source.ts'
import {manualClock, realClock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

/** Writes down what a source tells. */
function notebook() {
  const told: string[] = []
  const note = (what: string) => {
    told.push(what)
    return Promise.resolve()
  }
  const ears: Ears = {
    heard: ({signal, position, onTest}) => note(`heard ${signal.code} ${position?.seq} ${onTest ?? 'real'}`),
    repeated: () => note('repeated'),
    refused: ({of}) => note(`refused ${of}`),
    seen: ({seq}) => note(`seen ${seq}`),
    gap: () => note('gap'),
    link: () => undefined,
  }
  return {told, ears}
}

describe("walk test: the platform's log as the source", () => {
  test('begins where the log ends, hears its own account only, and says what was under a window', async () => {
    const {platform, client} = await testPlatformWithPanel({acceptUnknown: true})
    await platform.accept(signalOf({code: 'FA'}))
    const {told, ears} = notebook()
    const stop = new AbortController()
    const source = await platformSource(client, '1234', realClock)
    const running = source.run(ears, undefined, stop.signal)
    await until(() => told.length === 1)
    await platform.accept(signalOf({account: 'ABCD'}))
    await platform.accept(signalOf())
    await client.startOnTest({account: '1234', reason: safeText('service'), by: safeText('anna'), forMs: 60_000})
    await platform.accept(signalOf({code: 'PA'}))
    await until(() => told.length === 3)
    expect(told).toEqual(['seen 1', 'heard BA 3 real', 'heard PA 5 1'])
    await source.close()
    await running
    stop.abort()
  })

  test('goes on after a position: what came while nobody listened is heard', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await client.status()
    await platform.accept(signalOf())
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore'}))
    const {told, ears} = notebook()
    const source = await platformSource(client, '1234', realClock)
    const running = source.run(ears, {epoch, seq: 0}, new AbortController().signal)
    await until(() => told.length === 2)
    expect(told).toEqual(['heard BA 1 real', 'heard BR 2 real'])
    await source.close()
    await running
  })

  test('a log that was replaced is a gap', async () => {
    const {client} = await testPlatform()
    const {told, ears} = notebook()
    const source = await platformSource(client, '1234', realClock)
    const running = source.run(ears, {epoch: 'another', seq: 7}, new AbortController().signal)
    await until(() => told.length === 2)
    expect(told).toEqual(['gap', 'seen 0'])
    await source.close()
    await running
  })

  test('an ear that fails ends it with the reason', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await client.status()
    await platform.accept(signalOf())
    const ears = {...notebook().ears, heard: () => Promise.reject(new Error('disk full'))}
    const source = await platformSource(client, '1234', realClock)
    await expect(source.run(ears, {epoch, seq: 0}, new AbortController().signal)).rejects.toThrow('disk full')
  })
})

test('on-test windows are told by the clock of this machine, and each change is in the audit log', async () => {
  const {client} = await testPlatformWithPanel()
  const here = manualClock(1_000_000)
  const noted: AuditEntry[] = []
  const service = platformOnTest(client, here, {note: async (entry) => void noted.push(entry)})
  await service.open('1234')
  const by = safeText('anna')
  const window = await service.start({account: '1234', reason: safeText('service'), by, forMs: 60_000})
  expect(window.until - window.from).toBe(60_000)
  expect(Math.abs(window.from - here.now())).toBeLessThan(3_600_000)
  expect((await service.end(window.id, by)).id).toBe(window.id)
  expect(noted).toEqual([
    {what: 'ontest-start', account: '1234', window: 1, detail: 'walk test, 1 min: service'},
    {what: 'ontest-end', account: '1234', window: 1, detail: 'walk test'},
  ])
})
