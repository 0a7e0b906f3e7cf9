/** Doing the same to many alarms: each at the version it has, and one that fails does not stop the others. */
import {expect, test} from 'vitest'
import {actOnEach} from '../../src/alarm/act-each.ts'
import {CitywatchError} from '../../src/lib/errors.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import {collect} from '../support/collect.ts'
import {testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'

const by = safeText('anna')

async function* given(...ids: string[]) {
  yield* ids
}

const acking =
  (client: PlatformClient) =>
  ({id, version}: Alarm) =>
    client.ack({id, version, by})

test('alarms that are there are acknowledged, the others say why not', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  await platform.accept(signalOf({zone: '4', code: 'AT'}))
  await platform.accept(signalOf({zone: '4', code: 'AR', qualifier: 'restore'}))
  const outcomes = await collect(actOnEach(client, given('1', '77', 'x\u001b[2J', '2', '1'), acking(client)))
  expect(
    outcomes.map(({id, alarm, error}) =>
      `${id} ${alarm?.handling ?? ''} ${error?.code ?? ''}`.replace(/ +/g, ' ').trim(),
    ),
  ).toEqual(['1 acked', '77 CW_BAD_VALUE', 'x␛[2J CW_BAD_VALUE', '2 closed', '1 acked'])
  expect(await platform.status()).toMatchObject({head: 5, alarms: {new: 0, acked: 1}})
})

test('an alarm that fires between reading and acknowledging is a conflict and stays new', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  const desk = {
    async alarm(id: number) {
      const alarm = await client.alarm(id)
      await platform.accept(signalOf())
      return alarm
    },
  }
  const [outcome] = await collect(actOnEach(desk, given('1'), acking(client)))
  expect(outcome).toMatchObject({id: '1', outcome: 'failed', error: {code: 'CW_CONFLICT'}})
  expect(await client.alarm(1)).toMatchObject({handling: 'new', version: 2})
})

test('a platform that goes away stops it', async () => {
  const away = () => Promise.reject(new CitywatchError('CW_NO_PLATFORM', {url: 'u', detail: 'ECONNREFUSED'}))
  const outcomes = collect(actOnEach({alarm: away}, given('1', '2'), away))
  await expect(outcomes).rejects.toMatchObject({code: 'CW_NO_PLATFORM'})
})
