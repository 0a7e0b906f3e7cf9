import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {listenRtsp} from '../../../../src/sim/camera/rtsp/listen.ts'
import {isInstalled, runTool} from '../../../support/media-tool.ts'
import {selfSigned} from '../../../support/self-signed.ts'
import {simCamera, TEST_CREDENTIAL} from '../../../support/sim-camera.ts'

// ffprobe and ffmpeg as judges of the whole camera: login, description, transport, packets, pictures, sound.
const tls = selfSigned()
const pictures = {width: 640, height: 360}
const cameras = {
  H264: simCamera(pictures),
  H265: simCamera({...pictures, stream: {codec: 'H265', audio: 'PCMA'}}),
  JPEG: simCamera({...pictures, stream: {codec: 'JPEG', audio: 'AAC'}}),
  secure: simCamera({...pictures, stream: {codec: 'H265', audio: 'PCMU', tls}}),
} as const
const camera = cameras.H264
let listeners: {close(): Promise<void>}

beforeAll(async () => {
  listeners = await listenRtsp(Object.values(cameras))
})
afterAll(() => listeners.close())

const url = (path: string, password = TEST_CREDENTIAL.password.reveal(), {rtspPort, spec} = camera) =>
  `rtsp${spec.stream?.tls ? 's' : ''}://${TEST_CREDENTIAL.user}:${encodeURIComponent(password)}@127.0.0.1:${rtspPort}${path}`
const urlOf = (name: keyof typeof cameras, path: string) => url(path, undefined, cameras[name])

describe.each(['tcp', 'udp'])('simulated camera over %s', (transport) => {
  const probe = async (name: keyof typeof cameras, path: string) => {
    const entries = ['-show_entries', 'stream=codec_name,width,height,sample_rate,r_frame_rate', '-of', 'csv=p=0']
    return runTool('ffprobe', ['-v', 'error', '-rtsp_transport', transport, ...entries, urlOf(name, path)])
  }

  test.skipIf(!isInstalled('ffprobe')).each([
    ['H264', 'h264,640,360,25/1', 'h264,320,180,25/1'],
    ['H265', 'hevc,640,360,25/1\npcm_alaw,8000,0/0', 'hevc,320,180,25/1\npcm_alaw,8000,0/0'],
    ['JPEG', 'mjpeg,640,360,25/1\naac,16000,0/0', 'mjpeg,320,184,25/1\naac,16000,0/0'],
  ] as const)('ffprobe recognises both streams in %s, and the sound', async (name, main, sub) => {
    expect(await Promise.all([probe(name, '/stream1'), probe(name, '/stream2')])).toEqual([
      {stdout: main, stderr: ''},
      {stdout: sub, stderr: ''},
    ])
  })

  test.skipIf(!isInstalled('ffmpeg')).each(['H264', 'H265', 'JPEG'] as const)(
    'ffmpeg decodes 30 pictures of %s without a word',
    async (name) => {
      const input = ['-v', 'warning', '-xerror', '-rtsp_transport', transport, '-i', urlOf(name, '/stream1')]
      const {stdout, stderr} = await runTool('ffmpeg', [...input, '-an', '-frames:v', '30', '-f', 'null', '-'])
      // The colour range that JPEG uses is an old name for ffmpeg itself.
      expect([stdout, stderr.replace(/.*deprecated pixel format used.*\n?/g, '')]).toEqual(['', ''])
    },
  )
})

test.skipIf(!isInstalled('ffprobe'))('simulated camera: ffprobe reads H.265 and sound in TLS', async () => {
  const entries = ['-show_entries', 'stream=codec_name,width,height,sample_rate', '-of', 'csv=p=0']
  expect(await runTool('ffprobe', ['-v', 'error', ...entries, urlOf('secure', '/stream1')])).toEqual({
    stdout: 'hevc,640,360\npcm_mulaw,8000',
    stderr: '',
  })
})

test.skipIf(!isInstalled('ffprobe'))('simulated camera: ffprobe with another password is not let in', async () => {
  const {stderr} = await runTool('ffprobe', ['-v', 'error', '-rtsp_transport', 'tcp', url('/stream1', 'other')])
  expect(stderr).toContain('401 Unauthorized')
})
