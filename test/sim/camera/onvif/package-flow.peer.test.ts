import {afterEach, expect, test} from 'vitest'
import {type Fleet, startFleet} from '../../../../src/sim/camera/fleet.ts'
import {realClock} from '../../../support/clock.ts'
import {isInstalled, runTool} from '../../../support/media-tool.ts'
import {keyOf, LOGIN} from '../../../support/onvif-cameras.ts'
import {answerTo, type Callback, connectedCam} from '../../../support/onvif-package.ts'

let fleet: Fleet | undefined
afterEach(() => fleet?.close())

/** What the package has and its types do not say. */
interface Events {
  createPullPointSubscription(callback: Callback): void
  pullMessages(options: {readonly messageLimit: number}, callback: Callback): void
  unsubscribe(callback: Callback): void
}

interface Profile {
  readonly $: {readonly token: string}
  readonly videoEncoderConfiguration: {readonly encoding: string; readonly resolution: unknown}
}

// Everything that a client does with a camera, in its order: connect, ask who and when, find the stream, play it, hear of a motion.
test.each(['token', 'digest', 'both'] as const)(
  'the onvif package goes the whole way with a camera that takes %s logins',
  async (kind) => {
    const spec = {key: keyOf(kind), name: 'Gate', address: '127.0.0.1', httpPort: 0, rtspPort: 0, credential: LOGIN}
    fleet = await startFleet(
      [{...spec, manufacturer: 'Acme', model: 'X1', firmware: '1.10', width: 640, height: 360}],
      {
        clock: realClock,
      },
    )
    const camera = fleet.cameras[0]!
    const cam = await connectedCam(camera)

    expect(await answerTo((callback) => cam.getDeviceInformation(callback))).toMatchObject({
      manufacturer: 'Acme',
      model: 'X1',
      serialNumber: expect.anything(), // the package makes a number of digits
    })
    const told = await answerTo<Date>((callback) => cam.getSystemDateAndTime(callback))
    expect(Math.abs(told.getTime() - camera.now())).toBeLessThan(60_000)

    const profiles = await answerTo<readonly Profile[]>((callback) => cam.getProfiles(callback as never))
    expect(profiles.map(({videoEncoderConfiguration: {encoding, resolution}}) => [encoding, resolution])).toEqual([
      ['H264', {width: 640, height: 360}],
      ['H264', {width: 320, height: 180}],
    ])
    for (const [index, {$}] of profiles.entries()) {
      const asked = {protocol: 'RTSP', profileToken: $.token} as const
      const {uri} = await answerTo<{uri: string}>((callback) => cam.getStreamUri(asked, callback as never))
      expect(uri).toBe(`rtsp://127.0.0.1:${camera.rtspPort}/stream${index + 1}`)
      if (isInstalled('ffprobe')) expect(await sizeAt(uri)).toBe(['640,360', '320,180'][index])
    }

    const events = cam as unknown as Events
    await answerTo((callback) => events.createPullPointSubscription(callback))
    await answerTo((callback) => events.pullMessages({messageLimit: 10}, callback)) // how things stand
    const pulled = answerTo((callback) => events.pullMessages({messageLimit: 10}, callback))
    while (camera.events.pulls < 2) await new Promise((resolve) => setImmediate(resolve))
    camera.events.set('motion', true)
    expect(await pulled).toMatchObject({
      notificationMessage: {message: {message: {data: {simpleItem: {$: {Name: 'IsMotion', Value: true}}}}}},
    })
    await answerTo((callback) => events.unsubscribe(callback))
    expect(camera.events.subscriptions).toBe(0)
    expect(camera.failedLogins).toBe(0)
  },
)

/** The address that the camera handed out, played by ffprobe with the same login. */
async function sizeAt(uri: string): Promise<string> {
  const login = `${LOGIN.user}:${encodeURIComponent(LOGIN.password.reveal())}@`
  const entries = ['-rtsp_transport', 'tcp', '-show_entries', 'stream=width,height', '-of', 'csv=p=0']
  return (await runTool('ffprobe', ['-v', 'error', ...entries, uri.replace('://', `://${login}`)])).stdout
}
