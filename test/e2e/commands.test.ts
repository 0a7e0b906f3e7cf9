import {readFileSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {execa} from 'execa'
import {expect, test} from 'vitest'
import type {ProbeReport} from '../../src/model/probe.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'
import {isInstalled} from '../support/media-tool.ts'
import {until} from '../support/wait.ts'

const home = newHome()

interface Camera {
  readonly running: Running
  readonly onvif: string
  readonly login: readonly string[]
}

async function camera(address: string, ...more: string[]): Promise<Camera> {
  const running = start(home, [
    'sim',
    'camera',
    '--address',
    address,
    '--http-port',
    '0',
    '--rtsp-port',
    '0',
    '--json',
    ...more,
  ])
  const ready = JSON.parse(await running.line((line) => line.includes('onvif')))
  return {running, onvif: ready.onvif, login: ['--user', ready.user, '--password-file', ready['password-file']]}
}

test('sim camera, camera probe: healthy, and over UDP as well; its password file is gone when it ends', async () => {
  const {running, onvif, login} = await camera('127.23.0.1')
  for (const transport of ['tcp', 'udp']) {
    const {exitCode, json} = await citywatch(home, [
      'camera',
      'probe',
      onvif,
      ...login,
      '--transport',
      transport,
      '--json',
    ])
    const [report] = json<{cameras: ProbeReport[]}>().cameras
    expect({exitCode, verdict: report?.verdict, transport: report?.stream?.transport}).toEqual({
      exitCode: 0,
      verdict: 'healthy',
      transport,
    })
  }
  const passwordFile = login.at(-1) ?? ''
  expect(readFileSync(passwordFile, 'utf8').trim().length).toBeGreaterThan(12)
  expect((await running.stop()).exitCode).toBe(130)
  expect(() => readFileSync(passwordFile)).toThrow('ENOENT')
})

test.skipIf(!isInstalled('ffprobe'))('camera probe --ffprobe: somebody else sees the same picture', async () => {
  const {running, onvif, login} = await camera('127.23.0.2', '--width', '704', '--height', '576')
  const {json} = await citywatch(home, ['camera', 'probe', onvif, ...login, '--ffprobe', '--json'])
  const [report] = json<{cameras: (ProbeReport & {ffprobe: unknown})[]}>().cameras
  expect(report?.ffprobe).toEqual({
    tool: 'ffprobe',
    codec: 'h264',
    profile: 'Constrained Baseline',
    width: 704,
    height: 576,
  })
  expect(report?.stream).toMatchObject({width: 704, height: 576})
  await running.stop()
})

test('camera probe: a wrong password is one failed login, and the next command does not try it again', async () => {
  const {running, onvif} = await camera('127.23.0.3')
  const probe = async () => {
    const {json} = await citywatch(home, ['camera', 'probe', onvif, '--user', 'admin', '--json'], {
      env: {CITYWATCH_PASSWORD: 'canary-wrong'},
    })
    return json<{cameras: ProbeReport[]}>().cameras[0]?.cause
  }
  expect([await probe(), await probe(), await probe()]).toEqual(['auth', 'login-withheld', 'login-withheld'])
  expect(readFileSync(join(home.folder, 'state', 'logins.jsonl'), 'utf8')).not.toContain('canary')
  await running.stop()
})

test('camera discover: found by address, and fed into camera probe by a pipe', async () => {
  const {running, onvif, login} = await camera('127.23.0.4')
  const found = await citywatch(home, ['camera', 'discover', '127.23.0.1-127.23.0.8', '--timeout', '500', '-o', 'name'])
  expect({exitCode: found.exitCode, stdout: found.stdout}).toEqual({exitCode: 0, stdout: onvif})
  const probed = await citywatch(home, ['camera', 'probe', '-', ...login, '-o', 'csv', '--columns', 'camera,verdict'], {
    input: `${found.stdout}\n`,
  })
  expect(probed.stdout).toBe(`camera,verdict\n${onvif},healthy`)
  await running.stop()
})

test('camera provision: refused without --yes, then set, read back, and nothing the second time', async () => {
  const {running, onvif, login} = await camera('127.23.0.5')
  const apply = (...more: string[]) =>
    citywatch(home, [
      'camera',
      'provision',
      'apply',
      onvif,
      '--hostname',
      'gate-5',
      '--name',
      'North Gate',
      '--ntp',
      '127.0.0.1',
      ...login,
      '--json',
      ...more,
    ])
  expect((await apply()).exitCode).toBe(2)
  const results = [await apply('--yes'), await apply('--yes')].map(
    ({json}) => json<{summary: Record<string, number>}>().summary,
  )
  expect(results).toMatchObject([{updated: 1}, {unchanged: 1}])
  await running.stop()
})

test('panel listen, panel send, sim panel: every signal is printed once and acknowledged', async () => {
  const capture = join(home.folder, 'capture.jsonl')
  const listen = start(home, ['panel', 'listen', '--port', '0', '--capture', capture, '--count', '6', '--json'])
  const {listening} = JSON.parse(await listen.line((line) => line.includes('listening')))
  const receiver = `127.0.0.1:${listening.port ?? listening}`
  const sent = await citywatch(home, [
    'panel',
    'send',
    receiver,
    '--account',
    '1234',
    '--transport',
    'udp',
    'BA zone 3',
    '130',
    '--json',
  ])
  expect({
    exitCode: sent.exitCode,
    verdicts: sent.json<{deliveries: {verdict: string}[]}>().deliveries.map(({verdict}) => verdict),
  }).toEqual({
    exitCode: 0,
    verdicts: ['acked', 'acked'],
  })
  expect(
    (
      await citywatch(home, [
        'sim',
        'panel',
        '--receiver',
        receiver,
        '--account',
        'ABCD',
        '--count',
        '4',
        '--interval',
        '0',
      ])
    ).exitCode,
  ).toBe(0)
  await listen.line((line) => line.includes('"signals":6'))
  expect(readFileSync(capture, 'utf8').trim().split('\n')).toHaveLength(6)
})

test('panel test with a key, panel send over the backup path: verdicts, exit status, and no key anywhere', async () => {
  const secret = '00112233445566778899AABBCCDDEEFF'
  const [keys, key] = [join(home.folder, 'panels.keys'), join(home.folder, 'panel.key')]
  writeFileSync(keys, `C0DE hex ${secret}\n`, {mode: 0o600})
  writeFileSync(key, `${secret}\n`, {mode: 0o600})
  const known = ['--account', '1234', '--account', 'C0DE']
  const listen = start(home, ['panel', 'listen', '--port', '0', ...known, '--keys', keys, '--json'])
  const {listening} = JSON.parse(await listen.line((line) => line.includes('listening')))
  const receiver = `127.0.0.1:${listening.port}`
  const keyed = ['--keyed-account', 'C0DE', '--key-file', key, '--key-form']
  const good = await citywatch(home, ['panel', 'test', receiver, '--account', '1234', ...keyed, 'hex', '--json'])
  const other = await citywatch(home, ['panel', 'test', receiver, '--account', '1234', ...keyed, 'ascii', '--json'])
  const k1 = other.json<{rules: {rule: string; detail: string}[]}>().rules.find(({rule}) => rule === 'K1')
  expect([good.exitCode, other.exitCode, k1?.detail]).toEqual([0, 3, expect.stringContaining('in its other form')])
  expect(good.json<{verdicts: object}>().verdicts).toMatchObject({fail: 0, differs: 0, 'not judged': 0})
  const detour = [
    'panel',
    'send',
    '127.0.0.1:1',
    '--backup',
    receiver,
    '--account',
    '1234',
    '--xdata',
    'Ihall',
    'RP',
    '--json',
  ]
  const sent = await citywatch(home, detour)
  expect([sent.exitCode, sent.json()]).toMatchObject([3, {deliveries: [{verdict: 'acked', path: 'backup'}]}])
  const {stderr} = await listen.stop()
  const all = [good, other, sent].map((one) => one.stdout + one.stderr).join('') + listen.lines.join('') + stderr
  expect(all.toUpperCase()).not.toContain(secret)
})

test('no output of any command contains the password of a camera', async () => {
  const {running, onvif, login} = await camera('127.23.0.6')
  const password = readFileSync(login.at(-1) ?? '', 'utf8').trim()
  for (const args of [
    ['camera', 'probe', onvif, ...login, '--json', '--debug'],
    ['camera', 'provision', 'plan', onvif, ...login, '--ntp', '127.0.0.1', '--debug'],
    ['doctor', '--json'],
  ]) {
    const {stdout, stderr} = await citywatch(home, args)
    expect(stdout + stderr).not.toContain(password)
  }
  await running.stop()
})

/** A port that another program holds on every address of this machine; waits until nobody else has it on one of them. */
async function heldPort(done: (release: () => void) => void, wanted = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy())
  const listens = () =>
    new Promise<boolean>((resolve) =>
      server.listen(wanted, '0.0.0.0', () => resolve(true)).once('error', () => resolve(false)),
    )
  await until(listens)
  done(() => server.close())
  const address = server.address()
  return typeof address === 'object' && address ? address.port : wanted
}

test('sim city: a port that somebody holds on every address is named, and nothing stays behind', async (context) => {
  const port = await heldPort((release) => context.onTestFinished(release))
  const city = ['sim', 'city', '--cameras', '8', '--fault', 'dead=4', '--http-port', String(port), '--rtsp-port', '0']
  const {exitCode, stderr} = await citywatch(home, city)
  expect({exitCode, stderr}).toEqual({exitCode: 6, stderr: expect.stringContaining(`port in use: 127.120.0.`)})
})

test.skipIf(process.platform === 'win32')('sim city: more cameras than this process may open files for', async () => {
  const city = ['bin/run.js', 'sim', 'city', '--cameras', '400', '--panels', '0', '--healthy']
  const {exitCode, stderr} = await execa('bash', ['-c', 'ulimit -n 400; exec "$@"', '-', process.execPath, ...city], {
    cwd: new URL('../..', import.meta.url),
    env: home.env,
    reject: false,
  })
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--cameras cannot be 400: expected as many as')])
})

test('sim city: without a port of its own choice it takes free ones where the usual are held', async (context) => {
  await heldPort((release) => context.onTestFinished(release), 8080)
  const running = start(home, ['sim', 'city', '--cameras', '4', '--fault', 'dead=1', '--json'])
  const {cameras} = JSON.parse(await running.line((line) => line.includes('xaddr')))
  expect(cameras).toHaveLength(4)
  for (const {xaddr} of cameras) expect(new URL(xaddr).port).not.toBe('8080')
  expect((await running.stop()).exitCode).toBe(130)
})

test('sim camera in H.265 with sound and TLS, camera probe --measure: the numbers, and the certificate it needs', async () => {
  const {running, onvif, login} = await camera('127.23.0.9', '--codec', 'H265', '--audio', 'PCMA', '--rtsps')
  const ready = JSON.parse(await running.line((line) => line.includes('certificate-file')))
  expect(ready.rtsp).toMatch(/^rtsps:/)
  const probe = (...more: string[]) => citywatch(home, ['camera', 'probe', onvif, ...login, '--json', ...more])
  const stranger = await probe()
  expect([stranger.exitCode, stranger.json<{cameras: ProbeReport[]}>().cameras[0]?.cause]).toEqual([3, 'tls-untrusted'])
  const {exitCode, json} = await probe('--measure', '2500', '--camera-ca', ready['certificate-file'])
  const [report] = json<{cameras: ProbeReport[]}>().cameras
  expect([exitCode, report?.stream]).toMatchObject([
    0,
    {codec: 'H265', secure: true, measured: {frameRate: 25, damaged: 0}, audio: {codec: 'PCMA'}},
  ])
  const missing = await probe('--camera-ca', `${home.folder}/nothing.pem`)
  expect([missing.exitCode, missing.stdout + missing.stderr]).toEqual([2, expect.stringContaining('CW_FILE_NOT_FOUND')])
  const noCertificate = `${home.folder}/no-certificate.pem`
  writeFileSync(noCertificate, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  const broken = await probe('--camera-ca', noCertificate)
  expect([broken.exitCode, broken.stdout + broken.stderr]).toEqual([2, expect.stringContaining('CW_BAD_VALUE')])
  await running.stop()
})
