import {expect, test} from 'vitest'
import type {Signal} from '../../../src/model/signal.ts'
import {serveReceiver} from '../../../src/panel/receiver.ts'
import type {Delivery} from '../../../src/panel/send.ts'
import {runPanels} from '../../../src/sim/panel/panels.ts'
import {realClock} from '../../support/clock.ts'

const PANELS = Array.from({length: 24}, (_, index) => ({account: `A${String(index).padStart(3, '0')}`, zones: 8}))

test('panels: what they send arrives once each, over TCP and UDP, and the sums close', async () => {
  const stored: Signal[] = []
  const heartbeats = new Set<string>()
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    accept: async (signal) => {
      stored.push(signal)
      return 'stored'
    },
    heartbeat: (account) => heartbeats.add(account),
  })
  const deliveries: Delivery[] = []
  const sums = await runPanels(PANELS, {
    receiver,
    seed: 7,
    events: 5,
    intervalMs: 0,
    clock: realClock,
    onDelivery: (delivery) => deliveries.push(delivery),
  })
  await receiver.close()
  expect(sums).toEqual({sent: 120, acked: 120, refused: 0, lost: 0})
  expect(stored).toHaveLength(120)
  expect([...heartbeats].sort()).toEqual(PANELS.map(({account}) => account))
  expect(new Set(stored.map(({scheme}) => scheme))).toEqual(new Set(['sia', 'contact-id']))
  expect(deliveries.filter(({verdict}) => verdict !== 'acked')).toEqual([])
})

test('panels: with nobody there every signal is lost, and the sums still close', async () => {
  const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  await receiver.close()
  const sums = await runPanels(PANELS.slice(0, 3), {receiver, seed: 1, events: 2, intervalMs: 0, clock: realClock})
  expect(sums).toEqual({sent: 6, acked: 0, refused: 0, lost: 6})
})

test('panels: accounts that the receiver does not know are refused', async () => {
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    accept: async () => 'unknown-account',
  })
  const sums = await runPanels(PANELS.slice(0, 3), {receiver, seed: 1, events: 2, intervalMs: 0, clock: realClock})
  await receiver.close()
  expect(sums).toEqual({sent: 6, acked: 0, refused: 6, lost: 0})
})

test('panels: the same seed tells the same story, another seed another', async () => {
  const story = async (seed: number) => {
    const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
    const events: string[] = []
    await runPanels(PANELS.slice(0, 1), {
      receiver,
      seed,
      events: 12,
      intervalMs: 0,
      clock: realClock,
      onDelivery: ({event}) => events.push(event),
    })
    await receiver.close()
    return events
  }
  const first = await story(3)
  expect(await story(3)).toEqual(first)
  expect(await story(4)).not.toEqual(first)
})

test('panels: without an end they stop when told to, and nothing of theirs goes on', async () => {
  const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  const stop = new AbortController()
  let seen = 0
  const sums = await runPanels(PANELS.slice(0, 4), {
    receiver,
    seed: 1,
    events: Number.POSITIVE_INFINITY,
    intervalMs: 1,
    clock: realClock,
    signal: stop.signal,
    onDelivery: () => {
      seen += 1
      if (seen === 40) stop.abort()
    },
  })
  await receiver.close()
  expect(sums.sent).toBe(sums.acked + sums.refused + sums.lost)
  expect(sums.acked).toBeGreaterThan(20)
})
