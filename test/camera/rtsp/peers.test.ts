import {createInterface} from 'node:readline'
import {execa, execaSync} from 'execa'
import {afterEach, describe, expect, test} from 'vitest'
import type {WatchOptions} from '../../../src/camera/rtsp/stream-watch.ts'
import {watchStream} from '../../../src/camera/rtsp/watch-stream.ts'
import {type Credential, Secret} from '../../../src/lib/secret.ts'
import {realClock} from '../../support/clock.ts'

// Somebody else's RTSP server: GStreamer's, with the system's Python. Skipped by name where it is not installed.
const PYTHON = '/usr/bin/python3'
const NEEDS = `import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
assert all(Gst.ElementFactory.find(name) for name in ("x264enc", "x265enc", "jpegenc", "rtph264pay", "rtph265pay", "rtpjpegpay"))`
const isThere = execaSync(PYTHON, ['-c', NEEDS], {reject: false, stdin: 'ignore'}).exitCode === 0
const script = new URL('../../fixtures/gst-rtsp-server.py', import.meta.url).pathname
const LOGIN: Credential = {user: 'operator', password: new Secret('gst p@ss')}

const running: {kill(): unknown}[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.kill()
})

async function gstreamer(transport: 'any' | 'udp'): Promise<string> {
  const server = execa(PYTHON, [script, LOGIN.user, LOGIN.password.reveal(), transport], {
    reject: false,
    stdin: 'ignore',
    buffer: false,
  })
  running.push(server)
  for await (const line of createInterface({input: server.stdout})) return `rtsp://127.0.0.1:${line}`
  throw new Error('the GStreamer server did not start')
}

async function watch(url: string, transport: WatchOptions['transport'], credential = LOGIN) {
  const logins: boolean[] = []
  const outcome = await watchStream(url, credential, {
    ...{timeoutMs: 15_000, transport, keepBytes: 256 * 1024, clock: realClock},
    mayLogin: () => true,
    loginResult: (ok) => void logins.push(ok),
  }).catch((error: unknown) => error)
  return {outcome, logins}
}

describe.skipIf(!isThere)('watching GStreamer’s RTSP server', () => {
  test.each([
    ['/h264', 'tcp', {codec: 'H264', width: 352, height: 288, transport: 'tcp', lost: 0}],
    ['/h264', 'udp', {codec: 'H264', width: 352, height: 288, transport: 'udp', lost: 0}],
    ['/h265', 'tcp', {codec: 'H265', transport: 'tcp', lost: 0}],
    ['/jpeg', 'tcp', {codec: 'JPEG', transport: 'tcp', lost: 0}],
  ] as const)('%s over %s', async (path, transport, facts) => {
    const {outcome, logins} = await watch(`${await gstreamer('any')}${path}`, transport)
    expect(outcome).toMatchObject({facts})
    expect(logins).toEqual([true])
  })

  test('refuses TCP: auto goes on with UDP, tcp alone says so', async () => {
    const url = `${await gstreamer('udp')}/h264`
    expect((await watch(url, 'auto')).outcome).toMatchObject({facts: {codec: 'H264', transport: 'udp'}})
    expect((await watch(url, 'tcp')).outcome).toMatchObject({
      why: 'rtsp-error',
      detail: 'SETUP: 461 Unsupported transport',
    })
  })

  test('refuses another password, which was tried once', async () => {
    const {outcome, logins} = await watch(`${await gstreamer('any')}/h264`, 'tcp', {
      user: LOGIN.user,
      password: new Secret('x'),
    })
    expect(outcome).toMatchObject({why: 'rtsp-auth'})
    expect(logins).toEqual([false])
  })
})
