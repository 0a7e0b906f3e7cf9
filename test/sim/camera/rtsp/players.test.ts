import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {listenRtsp} from '../../../../src/sim/camera/rtsp/listen.ts'
import {isInstalled, runTool} from '../../../support/media-tool.ts'
import {simCamera, TEST_CREDENTIAL} from '../../../support/sim-camera.ts'

// ffprobe and ffmpeg as judges of the whole camera: login, description, transport, packets, pictures.
const camera = simCamera({width: 640, height: 360})
let listeners: {close(): Promise<void>}

beforeAll(async () => {
  listeners = await listenRtsp([camera])
})
afterAll(() => listeners.close())

const url = (path: string, password = TEST_CREDENTIAL.password.reveal()) =>
  `rtsp://${TEST_CREDENTIAL.user}:${encodeURIComponent(password)}@127.0.0.1:${camera.rtspPort}${path}`

describe.each(['tcp', 'udp'])('simulated camera over %s', (transport) => {
  test.skipIf(!isInstalled('ffprobe'))('ffprobe recognises both streams', async () => {
    const probe = async (path: string) => {
      const entries = ['-show_entries', 'stream=codec_name,width,height,r_frame_rate', '-of', 'csv=p=0']
      return runTool('ffprobe', ['-v', 'error', '-rtsp_transport', transport, ...entries, url(path)])
    }
    expect(await Promise.all([probe('/stream1'), probe('/stream2')])).toEqual([
      {stdout: 'h264,640,360,25/1', stderr: ''},
      {stdout: 'h264,320,180,25/1', stderr: ''},
    ])
  })

  test.skipIf(!isInstalled('ffmpeg'))('ffmpeg decodes 30 pictures without a word', async () => {
    const input = ['-v', 'warning', '-xerror', '-rtsp_transport', transport, '-i', url('/stream1')]
    expect(await runTool('ffmpeg', [...input, '-frames:v', '30', '-f', 'null', '-'])).toEqual({stdout: '', stderr: ''})
  })
})

test.skipIf(!isInstalled('ffprobe'))('simulated camera: ffprobe with another password is not let in', async () => {
  const {stderr} = await runTool('ffprobe', ['-v', 'error', '-rtsp_transport', 'tcp', url('/stream1', 'other')])
  expect(stderr).toContain('401 Unauthorized')
})
