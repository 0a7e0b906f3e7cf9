import {once} from 'node:events'
import {connect} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {type Consumer, type Mailbox, openConsumer} from '../../src/camera/notify/consumer.ts'
import {pushed} from '../../src/camera/notify/push.ts'
import {stateOf} from '../../src/camera/onvif/event-topics.ts'
import type {PullPointNews} from '../../src/camera/pull-point.ts'
import {limiter} from '../../src/lib/limiter.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {SimCamera} from '../../src/sim/camera/camera.ts'
import {patientClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'
import {keyOf, LOGIN, onvifCamera} from '../support/onvif-cameras.ts'
import {until} from '../support/pull-point.ts'
import {soapText} from '../support/scripted-http.ts'

async function consumerHere(): Promise<Consumer> {
  const consumer = await openConsumer('127.0.0.1', 0)
  onTestFinished(() => consumer.close())
  return consumer
}

function pushFrom(camera: Pick<SimCamera, 'xaddr'>, credential = LOGIN) {
  const clock = patientClock()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const ledger = countingLedger()
  const gate = loginGate(clock)
  const seen: string[] = []
  const consumer = consumerHere()
  const news = pushed(
    {xaddr: camera.xaddr, credential},
    {
      ...{clock, ledger, gate: () => gate, signal: stop.signal, turn: limiter(8), random: () => 0, timeoutMs: 5_000},
      consumerOn: (address) => {
        seen.push(address)
        return consumer
      },
    },
  )
  return {news, stop, ledger, seen}
}

async function change(news: AsyncGenerator<PullPointNews>): Promise<string> {
  for (;;) {
    for (const notice of (await until(news, 'notices')).notices) {
      const state = stateOf(notice)
      if (state && !state.initial) return `${state.condition} ${state.active}`
    }
  }
}

test.each(['token', 'digest', 'both'] as const)(
  'a camera with %s logins pushes what changes, and is let go at the end',
  async (kind) => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const {news, stop, ledger, seen} = pushFrom(camera)
    await until(news, 'subscribed')
    expect((await until(news, 'notices')).notices.length).toBeGreaterThan(0)
    camera.events.set('motion', true)
    expect(await change(news)).toBe('motion true')
    camera.events.set('motion', false)
    expect(await change(news)).toBe('motion false')
    const waiting = news.next()
    stop.abort()
    expect((await waiting).done).toBe(true)
    expect([camera.events.subscriptions, camera.actions.at(-1), seen]).toEqual([0, 'Unsubscribe', ['127.0.0.1']])
    expect([[...ledger.tried.values()], camera.failedLogins]).toEqual([[1], 0])
  },
)

test('a camera that restarts is subscribed to anew', async () => {
  const camera = await onvifCamera({})
  const {news} = pushFrom(camera)
  await until(news, 'subscribed')
  camera.reboot(0)
  await until(news, 'lost')
  await until(news, 'subscribed')
  camera.events.set('tamper', true)
  expect(await change(news)).toBe('tamper true')
}, 60_000)

test('a wrong password is one failed login, and is not tried again soon', async () => {
  const camera = await onvifCamera({})
  const {news} = pushFrom(camera, {user: 'admin', password: new Secret('wrong')})
  const lost = await until(news, 'lost')
  expect([lost.cause, camera.failedLogins, lost.retryMs > 1_800_000]).toEqual(['auth', 1, true])
})

const NOTIFY = soapText(
  '<Notify><NotificationMessage><Topic>VideoSource/MotionAlarm</Topic><Message/></NotificationMessage></Notify>',
)
const post = (url: string, body: string | Buffer, method = 'POST') =>
  fetch(url, {
    method,
    ...(method === 'POST' ? {body: typeof body === 'string' ? body : new Uint8Array(body)} : {}),
  }).then(({status}) => status)

async function mailbox(camera = '127.0.0.1'): Promise<Mailbox> {
  return (await consumerHere()).open(camera)
}

test('consumer: takes messages at the address that was given out, from the camera it was given to, and nothing else', async () => {
  const box = await mailbox()
  const other = await mailbox('127.0.0.9')
  const statuses = [
    await post(box.url, NOTIFY),
    await post(box.url.replace(/.$/, 'x'), NOTIFY),
    await post(other.url, NOTIFY),
    await post(box.url, '', 'GET'),
    await post(box.url, 'no XML'),
    await post(box.url, soapText('<Unsubscribe/>')),
    await post(box.url, `<!DOCTYPE x>${NOTIFY}`),
    await post(box.url, Buffer.alloc(2 * 1024 * 1024, 0x20)).catch(() => 'cut'),
  ]
  expect(statuses.slice(0, 7)).toEqual([202, 404, 404, 405, 400, 400, 400])
  expect([413, 'cut']).toContain(statuses[7])
  const never = AbortSignal.abort()
  expect([(await box.next(never))?.notices.length, await box.next(never), await other.next(never)]).toEqual([
    1,
    undefined,
    undefined,
  ])
})

test('consumer: what nobody reads is bounded, and refused so that the camera tries again', async () => {
  const box = await mailbox()
  const statuses = await Promise.all(Array.from({length: 300}, () => post(box.url, NOTIFY)))
  expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(256 + 44)
  expect(statuses).toContain(503)
  await box.next(AbortSignal.abort())
  expect(await post(box.url, NOTIFY)).toBe(202)
})

test('consumer: nobody is listened to once it is closed', async () => {
  const consumer = await openConsumer('127.0.0.1', 0)
  const {port} = new URL(consumer.open('127.0.0.1').url)
  await consumer.close()
  const socket = connect(Number(port), '127.0.0.1')
  const [error] = await once(socket, 'error')
  expect((error as NodeJS.ErrnoException).code).toBe('ECONNREFUSED')
})
