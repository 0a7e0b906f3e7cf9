import {expect, test} from 'vitest'
import type {SimCamera} from '../../../../src/sim/camera/camera.ts'
import {keyOf, LOGIN, onvifCamera} from '../../../support/onvif-cameras.ts'
import {type Callback, connectedCam, type PackageCam, answerTo as result} from '../../../support/onvif-package.ts'

/** What the package has and its types do not all say. */
interface Events {
  readonly events: {readonly subscription?: unknown}
  createPullPointSubscription(callback: Callback): void
  pullMessages(options: {readonly messageLimit: number}, callback: Callback): void
  renew(options: object, callback: Callback): void
  unsubscribe(callback: Callback): void
  getEventProperties(callback: Callback): void
  getEventServiceCapabilities(callback: Callback): void
}

async function connected(camera: SimCamera): Promise<PackageCam & Events> {
  return (await connectedCam(camera)) as PackageCam & Events
}

test.each(['token', 'digest'] as const)(
  'the onvif package pulls, renews and gives back, with %s logins',
  async (kind) => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const cam = await connected(camera)
    expect(await result((callback) => cam.getEventServiceCapabilities(callback))).toMatchObject({
      WSPullPointSupport: true,
    })
    expect(await result((callback) => cam.getEventProperties(callback))).toMatchObject({
      topicSet: {ruleEngine: {cellMotionDetector: {motion: {$: {'wstop:topic': true}}}}},
    })
    await result((callback) => cam.createPullPointSubscription(callback))
    expect(camera.events.subscriptions).toBe(1)
    const first = (await result((callback) => cam.pullMessages({messageLimit: 10}, callback))) as {
      notificationMessage: readonly {topic: {_: string}; message: {message: {data: {simpleItem: {$: unknown}}}}}[]
    }
    expect(first.notificationMessage.map(({topic}) => topic._)).toContain('tns1:RuleEngine/CellMotionDetector/Motion')
    const pulled = result((callback) => cam.pullMessages({messageLimit: 10}, callback))
    while (camera.events.pulls < 2) await new Promise((resolve) => setImmediate(resolve))
    camera.events.set('motion', true)
    expect(await pulled).toMatchObject({
      notificationMessage: {message: {message: {data: {simpleItem: {$: {Name: 'IsMotion', Value: true}}}}}},
    })
    expect(await result((callback) => cam.renew({}, callback))).toMatchObject({terminationTime: expect.any(Date)})
    await result((callback) => cam.unsubscribe(callback))
    expect(camera.events.subscriptions).toBe(0)
  },
)

test("the onvif package's own event loop hears what the camera notices", async () => {
  const camera = await onvifCamera({credential: LOGIN})
  const cam = await connected(camera)
  const heard: string[] = []
  const tampered = new Promise<void>((resolve) => {
    cam.on('event', (message: {topic: {_: string}; message: {message: {$: {PropertyOperation: string}}}}) => {
      heard.push(`${message.topic._} ${message.message.message.$.PropertyOperation}`)
      if (heard.at(-1)?.endsWith('Changed')) resolve()
    })
  })
  while (camera.events.pulls < 2) await new Promise((resolve) => setImmediate(resolve))
  camera.events.set('tamper', true)
  await tampered
  expect(heard.at(-1)).toBe('tns1:VideoSource/GlobalSceneChange/ImagingService Changed')
  cam.removeAllListeners('event')
  camera.events.set('tamper', false) // its pull comes back, sees that nobody listens, and gives the subscription back
  while (camera.events.subscriptions > 0) await new Promise((resolve) => setImmediate(resolve))
})
