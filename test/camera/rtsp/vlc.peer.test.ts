import {existsSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterEach, describe, expect, onTestFinished, test} from 'vitest'
import {DeviceFailure} from '../../../src/camera/failure.ts'
import type {StreamWatch} from '../../../src/camera/rtsp/stream-watch.ts'
import {watchStream} from '../../../src/camera/rtsp/watch-stream.ts'
import {listening} from '../../../src/net/listen.ts'
import {annexB} from '../../../src/protocol/h264/nal.ts'
import {pictureGroup} from '../../../src/sim/camera/media/group.ts'
import {listenRtsp} from '../../../src/sim/camera/rtsp/listen.ts'
import {realClock} from '../../support/clock.ts'
import {isInstalled, runTool} from '../../support/media-tool.ts'
import {simCamera, TEST_CREDENTIAL} from '../../support/sim-camera.ts'
import {startVlc, vlc, vlcFolder} from '../../support/vlc.ts'

const SIZE = {width: 352, height: 288}
const CODECS = [
  ['H264', 'h264', 'libx264'],
  ['H265', 'hevc', 'libx265'],
] as const
const GROUPS = 4
const hasTools = isInstalled('ffmpeg') && isInstalled('ffprobe')

const running: {kill(): unknown}[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.kill()
})

/** What ffprobe finds in a file of VLC's: codec, size and how many pictures could be decoded. */
async function pictures(file: string): Promise<string> {
  const entries = ['-show_entries', 'stream=codec_name,width,height,nb_read_frames', '-of', 'csv=p=0']
  return (await runTool('ffprobe', ['-v', 'error', '-count_frames', '-select_streams', 'v', ...entries, file])).stdout
}

describe.skipIf(!vlc)('VLC (skipped where it is not installed)', () => {
  const it = test.skipIf(!hasTools)

  it.each(CODECS)('decodes the simulated pictures in %s', async (codec, format) => {
    const folder = vlcFolder()
    const group = pictureGroup(SIZE, codec)
    const [input, output] = [join(folder, `in.${format}`), join(folder, 'out.ts')]
    writeFileSync(input, annexB(Array.from({length: GROUPS}, () => group.pictures).flat(2)))
    const chain = `#transcode{vcodec=mp2v,vb=2000}:std{access=file,mux=ts,dst=${output}}`
    await startVlc([`--demux=${format === 'hevc' ? 'hevc' : 'h264'}`, input, '--sout', chain, 'vlc://quit'], folder)
    const [name, width, height, count] = (await pictures(output)).split('\n')[0]!.split(',')
    expect([name, width, height]).toEqual(['mpeg2video', '352', '288'])
    // VLC leaves out about one second of what it transcodes, of x264's pictures as well.
    expect(Number(count)).toBeGreaterThan((GROUPS - 2) * group.pictures.length)
  })

  // Debian builds VLC without live555, its RTSP client.
  test.skipIf(!vlc?.rtspClient || !hasTools).each(CODECS)(
    'plays the simulated camera with a login, %s (skipped where VLC has no RTSP client)',
    async (codec, format) => {
      const folder = vlcFolder()
      const camera = simCamera({...SIZE, ...(codec === 'H265' ? {stream: {codec}} : {})})
      const listeners = await listenRtsp([camera])
      onTestFinished(() => listeners.close())
      const output = join(folder, 'out.ts')
      const login = `${TEST_CREDENTIAL.user}:${encodeURIComponent(TEST_CREDENTIAL.password.reveal())}`
      const url = `rtsp://${login}@127.0.0.1:${camera.rtspPort}/stream1`
      await startVlc(['--run-time=3', url, '--sout', `#std{access=file,mux=ts,dst=${output}}`, 'vlc://quit'], folder)
      expect(await pictures(output)).toContain(`${format},352,288,`)
    },
  )

  it.each(CODECS)('serves %s, and the watch measures it', async (codec, _format, encoder) => {
    const folder = vlcFolder()
    const source = join(folder, 'source.ts')
    const made = ['-f', 'lavfi', '-i', 'testsrc=size=352x288:rate=25', '-t', '20', '-c:v', encoder, '-g', '25']
    const plain = codec === 'H265' ? ['-x265-params', 'log-level=none:keyint=25:scenecut=0:bframes=0'] : ['-bf', '0']
    await runTool('ffmpeg', ['-v', 'error', ...made, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...plain, source])
    expect(existsSync(source)).toBe(true)
    const url = `rtsp://127.0.0.1:${await freePort()}/x`
    running.push(startVlc(['--loop', source, '--sout', `#rtp{sdp=${url}}`, '--sout-keep'], folder))
    const {facts, stopped} = await watched(url)
    expect(facts).toMatchObject({codec, ...SIZE, transport: 'udp', lost: 0, measured: {keyFrameIntervalPictures: 25}})
    expect(Math.round(facts.measured?.frameRate ?? 0)).toBe(25)
    expect(stopped).toBeUndefined()
  })
})

/** Until VLC has opened its port and knows what it serves, asking it ends with a failure: it is asked again. */
async function watched(url: string): Promise<StreamWatch> {
  for (;;) {
    const outcome = await watchStream(url, undefined, {
      ...{timeoutMs: 15_000, transport: 'auto', keepBytes: 0, measureMs: 3_000, clock: realClock},
      mayLogin: () => false,
      loginResult: () => undefined,
    }).catch((error: unknown) => error)
    if (!(outcome instanceof DeviceFailure)) return outcome as StreamWatch
    const {why, detail} = outcome
    if (why !== 'rtsp-unreachable' && why !== 'wrong-codec' && !detail.startsWith('DESCRIBE')) throw outcome
    await realClock.sleep(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server, '127.0.0.1', 0)
  await new Promise((resolve) => server.close(resolve))
  return port
}
