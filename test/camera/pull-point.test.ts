import {expect, test} from 'vitest'
import {stateOf} from '../../src/camera/onvif/event-topics.ts'
import {type PullPointNews, retryAfter} from '../../src/camera/pull-point.ts'
import {Secret} from '../../src/lib/secret.ts'
import {keyOf, LOGIN, onvifCamera} from '../support/onvif-cameras.ts'
import {listenTo, until} from '../support/pull-point.ts'

const statesIn = (news: Extract<PullPointNews, {kind: 'notices'}>) =>
  news.notices.flatMap((notice) => {
    const state = stateOf(notice)
    return state ? [`${state.condition} ${state.active}${state.initial ? ' at first' : ''}`] : []
  })

/** News until a message that is no initial state. */
async function change(news: AsyncGenerator<PullPointNews>): Promise<string> {
  for (;;) {
    const found = statesIn(await until(news, 'notices')).find((state) => !state.endsWith('at first'))
    if (found) return found
  }
}

test.each(['token', 'digest', 'both'] as const)(
  'a camera with %s logins tells how things stand, then what changes, each once',
  async (kind) => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const {news, ledger} = listenTo(camera)
    await until(news, 'subscribed')
    expect(statesIn(await until(news, 'notices'))).toContain('motion false at first')
    camera.events.set('motion', true)
    expect(await change(news)).toBe('motion true')
    camera.events.set('motion', false)
    expect(await change(news)).toBe('motion false')
    expect(camera.events.subscriptions).toBe(1)
    expect([...ledger.tried.values()]).toEqual([1])
    expect(camera.failedLogins).toBe(0)
  },
)

test('who stops listening gives the subscription back, also in the middle of a pull', async () => {
  const camera = await onvifCamera()
  const {news, stop} = listenTo(camera)
  await until(news, 'notices')
  const waiting = news.next()
  while (camera.events.pulls < 2) await new Promise((resolve) => setImmediate(resolve))
  stop.abort()
  expect((await waiting).done).toBe(true)
  expect(camera.events.subscriptions).toBe(0)
  expect(camera.actions.at(-1)).toBe('Unsubscribe')
})

test('who leaves the loop gives the subscription back', async () => {
  const camera = await onvifCamera()
  const {news} = listenTo(camera)
  for await (const {kind} of news) if (kind === 'subscribed') break
  expect(camera.events.subscriptions).toBe(0)
})

test('after a reboot the camera is subscribed to anew, and what began meanwhile is heard', async () => {
  const camera = await onvifCamera({key: keyOf('digest')})
  const {news, ledger} = listenTo(camera)
  await until(news, 'notices')
  const lost = until(news, 'lost')
  camera.reboot(0)
  camera.events.set('tamper', true)
  expect((await lost).cause).toMatch(/^(?:reset|refused|soap-fault)$/)
  await until(news, 'subscribed')
  expect(statesIn(await until(news, 'notices'))).toContain('tamper true at first')
  expect(camera.failedLogins).toBe(0)
  expect(ledger.failures.size).toBe(0)
})

test('a wrong password is tried once, and the next try is half an hour away', async () => {
  const camera = await onvifCamera()
  const {news} = listenTo(camera, {credential: {...LOGIN, password: new Secret('wrong')}})
  const {cause, retryMs} = await until(news, 'lost')
  expect(cause).toBe('auth')
  expect(retryMs).toBeGreaterThan(30 * 60_000)
  expect(camera.failedLogins).toBe(1)
})

test('a camera without an event service is left alone for long', async () => {
  const {news} = listenTo(await onvifCamera({eventFault: 'no-events'}))
  expect(await until(news, 'lost')).toMatchObject({cause: 'unsupported-op', retryMs: 30 * 60_000})
})

test('a refused subscription is asked for again, later each time', async () => {
  const {news} = listenTo(await onvifCamera({eventFault: 'events-refused'}), {random: () => 0.5})
  const [first, second] = [await until(news, 'lost'), await until(news, 'lost')]
  expect([first.cause, first.retryMs, second.retryMs]).toEqual(['soap-fault', 1_000, 2_000])
  expect(first.detail).toContain('Maximum of 8 pull points')
})

test('a cut connection does not end the subscription, and nothing that changed is missed', async () => {
  const camera = await onvifCamera({eventFault: 'events-cut'})
  const {news} = listenTo(camera)
  await until(news, 'notices')
  camera.events.set('video-loss', true)
  const seen: string[] = []
  while (!seen.some((state) => state.startsWith('video-loss true'))) {
    seen.push(...statesIn(await until(news, 'notices')))
  }
  expect(camera.actions.filter((name) => name === 'CreatePullPointSubscription')).toHaveLength(2) // the first asks for the login
})

test('broken XML is a lost camera, not the end', async () => {
  const {news} = listenTo(await onvifCamera({eventFault: 'events-broken-xml'}))
  expect((await until(news, 'lost')).cause).toBe('malformed-xml')
  await until(news, 'subscribed')
})

test('a camera that floods is heard in bounded pieces', async () => {
  const {news} = listenTo(await onvifCamera({eventFault: 'events-flood'}))
  const {notices} = await until(news, 'notices')
  expect(notices).toHaveLength(256)
})

test.each(['events-no-renew', 'events-absolute', undefined] as const)(
  'renewing a camera whose fault is %s keeps the subscription',
  async (eventFault) => {
    const camera = await onvifCamera(eventFault ? {eventFault} : {})
    const {openOnvif} = await import('../../src/camera/onvif/session.ts')
    const {patientClock} = await import('../support/clock.ts')
    const {countingLedger} = await import('../support/ledger.ts')
    const session = openOnvif({
      xaddr: camera.xaddr,
      credential: LOGIN,
      timeoutMs: 5_000,
      clock: patientClock(),
      ledger: countingLedger(),
    })
    const subscription = await session.subscribe(60_000)
    await subscription.renew()
    expect(subscription.mustRenew).toBe(false)
    expect((await subscription.pull(0, 8)).notices.length).toBeGreaterThan(0)
    await subscription.end(1_000)
    expect(camera.events.subscriptions).toBe(0)
    await session.close()
  },
)

test.each([
  ['reset', 0, 0.5, 1_000],
  ['reset', 3, 0.5, 8_000],
  ['timeout-connect', 60, 0.5, 120_000],
  ['reset', 0, 0, 500],
  ['auth', 0, 0, 31 * 60_000],
  ['login-withheld', 9, 0, 31 * 60_000],
] as const)('the next try after %s, %i failures before: %d spread, %i ms', (cause, failures, random, ms) =>
  expect(retryAfter(cause, failures, random)).toBe(ms),
)
