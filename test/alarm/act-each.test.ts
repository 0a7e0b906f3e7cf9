/** Acknowledging many: each at the version it has, and one that fails does not stop the others. */
import {expect, test} from 'vitest'
import {type AlarmDesk, acknowledgeEach} from '../../src/alarm/acknowledge-each.ts'
import {CitywatchError} from '../../src/lib/errors.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {collect} from '../support/collect.ts'
import {testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'

const by = safeText('anna')

async function* given(...ids: string[]) {
  yield* ids
}

test('alarms that are there are acknowledged, the others say why not', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  await platform.accept(signalOf({zone: '4'}))
  await platform.accept(signalOf({zone: '4', code: 'BR', qualifier: 'restore'}))
  const outcomes = await collect(acknowledgeEach(client, given('1', '77', 'x\u001b[2J', '2', '1'), {by}))
  expect(outcomes.map(({id, outcome, error}) => `${id} ${outcome} ${error?.code ?? ''}`.trim())).toEqual([
    '1 acked',
    '77 failed CW_BAD_VALUE',
    'x␛[2J failed CW_BAD_VALUE',
    '2 closed',
    '1 acked',
  ])
  expect(await platform.status()).toMatchObject({head: 5, alarms: {new: 0, acked: 1}})
})

test('a reset closes', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  expect(await collect(acknowledgeEach(client, given('1'), {by, reset: true}))).toMatchObject([{outcome: 'closed'}])
  expect(await collect(client.alarms())).toEqual([])
})

test('an alarm that fires between reading and acknowledging is a conflict and stays new', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  const desk: AlarmDesk = {
    async alarm(id) {
      const alarm = await client.alarm(id)
      await platform.accept(signalOf())
      return alarm
    },
    ack: (request) => client.ack(request),
  }
  const [outcome] = await collect(acknowledgeEach(desk, given('1'), {by}))
  expect(outcome).toMatchObject({id: '1', outcome: 'failed', error: {code: 'CW_CONFLICT'}})
  expect(await client.alarm(1)).toMatchObject({handling: 'new', version: 2})
})

test('a platform that goes away stops it', async () => {
  const away = () => Promise.reject(new CitywatchError('CW_NO_PLATFORM', {url: 'u', detail: 'ECONNREFUSED'}))
  const outcomes = collect(acknowledgeEach({alarm: away, ack: away}, given('1', '2'), {by}))
  await expect(outcomes).rejects.toMatchObject({code: 'CW_NO_PLATFORM'})
})
