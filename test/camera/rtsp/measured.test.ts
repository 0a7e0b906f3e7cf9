// Streams of simulated cameras as they are measured, all at the same time: each takes as long as it takes.
import {describe, expect, test} from 'vitest'
import type {StreamWatch, WatchOptions} from '../../../src/camera/rtsp/stream-watch.ts'
import {watchStream} from '../../../src/camera/rtsp/watch-stream.ts'
import type {SimCamera} from '../../../src/sim/camera/camera.ts'
import type {StreamFaultName} from '../../../src/sim/camera/media/stream-spec.ts'
import {listenRtsp} from '../../../src/sim/camera/rtsp/listen.ts'
import {realClock} from '../../support/clock.ts'
import {simCamera, TEST_CREDENTIAL} from '../../support/sim-camera.ts'

/** Long enough for two key frames, whatever this machine does meanwhile. */
const MEASURE_MS = 2_500

async function watched(camera: SimCamera, options: Partial<WatchOptions>): Promise<StreamWatch> {
  const listeners = await listenRtsp([camera])
  try {
    return await watchStream(`rtsp://127.0.0.1:${camera.rtspPort}/stream1`, TEST_CREDENTIAL, {
      ...{timeoutMs: 20_000, measureMs: MEASURE_MS, transport: 'auto', clock: realClock},
      mayLogin: () => true,
      loginResult: () => {},
      ...options,
    })
  } finally {
    await listeners.close()
  }
}

const size = {width: 640, height: 368}
const pace = {H264: 25, H265: 25, JPEG: 1}

describe.concurrent.each(['H264', 'H265', 'JPEG'] as const)('watching a camera that sends %s', (codec) => {
  test.each([
    ['tcp', 'PCMA', 8_000],
    ['udp', 'AAC', 16_000],
  ] as const)('over %s: pictures, %s and the clock are measured', async (transport, audio, clockRate) => {
    const camera = simCamera({...size, stream: {codec, audio}})
    camera.clockOffsetMs = 3_600_000
    const watch = await watched(camera, {transport})
    expect(watch).toMatchObject({
      facts: {
        ...{codec, ...size, transport, lost: 0},
        measured: {frameRate: 25, keyFrameIntervalPictures: pace[codec], damaged: 0, reordered: 0, duplicates: 0},
        audio: {codec: audio === 'AAC' ? 'MPEG4-GENERIC' : audio, clockRate, lost: 0},
      },
      declared: {by: 'sdp', codec, ...size, frameRate: 25},
    })
    const {measured, audio: sound} = watch.facts
    // The report was on its way for a moment of this machine's.
    expect(Math.abs((measured?.clockOffsetMs ?? 0) - 3_600_000)).toBeLessThan(60_000)
    expect([measured?.bitRate, sound?.sampleRate]).toEqual([expect.any(Number), expect.any(Number)])
    expect(watch).not.toHaveProperty('stopped')
  })
})

describe.concurrent('watching a camera whose stream is wrong', () => {
  const wrong = (fault: StreamFaultName, options: Partial<WatchOptions> = {}) =>
    watched(simCamera({...size, stream: {fault}}), {transport: 'udp', ...options})

  test('loses packets: they are counted, their pictures are damaged', async () => {
    const {facts} = await wrong('loss')
    expect(facts.lost).toBeGreaterThanOrEqual(2)
    expect(facts.measured).toMatchObject({reordered: 0, duplicates: 0})
  })

  test('reorders packets: they are counted, no picture is damaged', async () => {
    const {lost, measured} = (await wrong('reordered')).facts
    expect([lost, measured?.damaged]).toEqual([0, 0])
    expect(measured?.reordered).toBeGreaterThanOrEqual(4)
  })

  test('doubles packets: they are counted, nothing else changes', async () => {
    const {lost, measured} = (await wrong('doubled')).facts
    expect([lost, measured?.damaged, measured?.frameRate]).toEqual([0, 0, 25])
    expect(measured?.duplicates).toBeGreaterThanOrEqual(4)
  })

  test('is slow: measured at its pace, declared at another', async () => {
    const {facts, declared} = await wrong('slow')
    expect([facts.measured?.frameRate, declared?.frameRate]).toEqual([12.5, 25])
  })

  test('changes its size while it is watched: the last counts', async () => {
    const {facts, declared} = await wrong('changes-size', {transport: 'tcp'})
    expect([facts.width, facts.height, declared?.width, facts.measured?.damaged]).toEqual([320, 184, 640, 0])
  })

  test('begins between two key frames: the first is waited for', async () => {
    const {facts} = await wrong('mid-group', {measureMs: 0, transport: 'tcp'})
    expect([facts.codec, facts.width, facts.firstKeyFrameMs]).toEqual(['H264', 640, expect.any(Number)])
  })

  test('stops: says for how long it played', async () => {
    const {stopped} = await wrong('stops', {measureMs: 5_500})
    expect(stopped).toMatch(/^pictures for \d{4} ms, then none for \d{4} ms$/)
  })

  test('describes another: what it sends counts', async () => {
    const {facts, declared} = await wrong('wrong-sdp', {measureMs: 0})
    expect([facts.width, declared?.width]).toEqual([640, 320])
  })
})
