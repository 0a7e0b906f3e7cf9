import {once} from 'node:events'
import {createServer} from 'node:net'
import {connect} from 'node:tls'
import {describe, expect, onTestFinished, test} from 'vitest'
import {present} from '../../../src/lib/fields.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {listening} from '../../../src/net/listen.ts'
import {selfSigned} from '../../../src/net/self-signed.ts'
import {trusting} from '../../../src/net/trust.ts'
import type {CameraSpec} from '../../../src/sim/camera/camera.ts'
import {loginKindOf} from '../../../src/sim/camera/onvif/login.ts'
import type {WeaknessName} from '../../../src/sim/camera/weaknesses.ts'
import {audit, baselineWith, closedPorts, found, oneCamera, portsOf, quietLedger} from '../../support/audit.ts'
import {TEST_CREDENTIAL} from '../../support/sim-camera.ts'

const keyOf = (kind: string) => ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].find((key) => loginKindOf(key) === kind) ?? ''

test('a camera with HTTPS and logins everywhere: only its own certificate is told', async () => {
  const camera = await oneCamera({httpsPort: 0, key: keyOf('both')})
  const audited = await audit(camera)
  expect(found(audited)).toEqual(['certificate-self-signed'])
  expect(audited['rtsp-open']).toMatchObject({status: 'untested', seen: expect.stringContaining('--login')})
  expect(audited['onvif-open']).toMatchObject({status: 'passed'})
  expect(audited['telnet-open']).toMatchObject({status: 'passed'})
  expect(camera.failedLogins).toBe(0)
})

const CASES: readonly (readonly [WeaknessName, readonly string[]])[] = [
  ['onvif-open', ['https-missing', 'onvif-open']],
  ['telnet-open', ['https-missing', 'telnet-open']],
  ['upnp-open', ['https-missing', 'upnp-open']],
  ['factory-state', ['factory-state', 'https-missing']],
  ['md5-only', ['https-missing', 'digest-md5-only']],
  ['tls-old', ['tls-old', 'certificate-self-signed']],
  ['certificate-expired', ['certificate-expired', 'certificate-self-signed']],
  ['certificate-old', ['certificate-age', 'certificate-self-signed']],
  ['certificate-name', ['certificate-self-signed', 'certificate-name']],
]

describe('each weakness is found, and nothing else', () => {
  test.each(CASES)('%s', async (weakness, rules) => {
    const audited = await audit(await oneCamera({weaknesses: [weakness], key: keyOf('digest')}))
    expect(found(audited)).toEqual(rules)
    for (const rule of rules)
      expect(audited[rule as WeaknessName & keyof typeof audited]).toMatchObject({sure: 'certain'})
  })
})

test('streams and pictures without a login are found once their addresses are known', async () => {
  const spec: Partial<CameraSpec> = {weaknesses: ['rtsp-open', 'snapshot-open'], httpsPort: 0}
  const camera = await oneCamera(spec)
  const blind = await audit(camera)
  expect(found(blind)).toEqual(['certificate-self-signed'])
  expect(blind['rtsp-open']?.status).toBe('untested')
  expect(blind['snapshot-open']?.status).toBe('untested')
  const seeing = await audit(camera, {credential: TEST_CREDENTIAL, login: true})
  expect(found(seeing)).toEqual(['certificate-self-signed', 'rtsp-open', 'snapshot-open', 'ntp-missing'])
})

test('a camera that asks for a login for streams and pictures passes, and RTSP in clear with Basic does not', async () => {
  const good = await audit(await oneCamera({}), {credential: TEST_CREDENTIAL, login: true})
  expect([good['rtsp-open']?.status, good['snapshot-open']?.status]).toEqual(['passed', 'passed'])
  expect(good['default-login-known']?.status).toBe('passed')
  const basic = await oneCamera({stream: {codec: 'H264', fault: 'basic-only'}})
  const audited = await audit(basic, {credential: TEST_CREDENTIAL, login: true})
  expect(found(audited)).toEqual(['https-missing', 'basic-cleartext', 'rtsp-without-digest', 'ntp-missing'])
})

test('the clock is judged without a login', async () => {
  const audited = await audit(await oneCamera({fault: 'clock-skew'}))
  expect(audited['clock-offset']).toMatchObject({status: 'finding', seen: '7200 s behind'})
})

describe('default passwords', () => {
  const admin = {user: 'admin', password: new Secret('admin')}

  test('one on record is told without a login: likely; after a login that worked: certain', async () => {
    const camera = await oneCamera({weaknesses: ['default-password']})
    const unproven = await audit(camera, {credential: admin})
    expect(unproven['default-login-known']).toMatchObject({status: 'finding', sure: 'likely'})
    const proven = await audit(camera, {credential: admin, login: true})
    expect(proven['default-login-known']).toMatchObject({status: 'finding', sure: 'certain'})
  })

  test('none is tried without being asked for, and one at most when it is', async () => {
    const camera = await oneCamera({})
    const ledger = quietLedger()
    const silent = await audit(camera, {ledger})
    expect(silent['default-login-accepted']?.status).toBe('untested')
    expect(ledger.tried.size).toBe(0)
    const asked = await audit(camera, {ledger, tryDefaults: true})
    expect(asked['default-login-accepted']?.status).toBe('passed')
    const again = await audit(camera, {ledger, tryDefaults: true})
    expect(again['default-login-accepted']).toMatchObject({
      status: 'untested',
      seen: expect.stringContaining('less than half an hour'),
    })
    expect({failed: camera.failedLogins, tried: [...ledger.tried.values()]}).toEqual({failed: 1, tried: [1]})
  })

  test('a ledger that cannot tell forbids the try', async () => {
    const camera = await oneCamera({})
    const {isQuiet: _, ...ledger} = quietLedger()
    const audited = await audit(camera, {ledger, tryDefaults: true})
    expect(audited['default-login-accepted']?.status).toBe('untested')
    expect(ledger.tried.size).toBe(0)
  })

  test('twice in one run: once', async () => {
    const camera = await oneCamera({})
    const [ledger, tried] = [{...quietLedger(), isQuiet: () => true, mayTry: () => true}, new Set<string>()]
    const options = {ledger, tried, tryDefaults: true}
    await Promise.all([audit(camera, options), audit(camera, options)])
    expect(camera.failedLogins).toBe(1)
  })

  test('one that is accepted is a finding, and its password is in no result', async () => {
    const audited = await audit(await oneCamera({weaknesses: ['default-password']}), {tryDefaults: true})
    expect(audited['default-login-accepted']).toMatchObject({status: 'finding', sure: 'certain'})
    expect(JSON.stringify(audited)).not.toMatch(/admin[:/]admin|"password"/)
  })

  test('a camera that answers whoever asks has accepted nothing', async () => {
    const camera = await oneCamera({weaknesses: ['onvif-open']})
    const audited = await audit(camera, {tryDefaults: true, login: true, credential: admin})
    expect(audited['default-login-accepted']?.status).toBe('untested')
    expect(audited['default-login-known']).toMatchObject({status: 'finding', sure: 'likely'})
  })

  test('a locked camera is left alone', async () => {
    const camera = await oneCamera({fault: 'locked-out'})
    const audited = await audit(camera, {tryDefaults: true})
    expect(audited['default-login-accepted']?.status).toBe('untested')
    expect(camera.failedLogins).toBe(0)
  })
})

test('a camera that does not answer is not looked at, and no rule passes', async () => {
  const refused = await audit(await oneCamera({fault: 'refused'}), {
    baseline: baselineWith([{port: (await closedPorts('127.0.0.1', 1))[0] ?? 0, kind: 'telnet'}]),
  })
  expect(Object.values(refused).map((result) => [result?.rule, result?.status])).toEqual([['reach', 'untested']])
})

test.each(['silent', 'not-onvif', 'broken-xml', 'slow-drip'] as const)(
  'a camera that is %s ends within its time, and what was not answered is untested',
  async (fault) => {
    const audited = await audit(await oneCamera({fault, key: keyOf('token')}), {timeoutMs: 2_000})
    expect(audited['onvif-open']?.status).toBe('untested')
    expect(audited.reach).toMatchObject({status: 'untested', seen: expect.stringContaining('ports only')})
    expect(audited['clock-offset']?.status).toBe('untested')
    expect(audited['snapshot-open']?.status).toBe('untested')
  },
)

test('an open port that nobody declared is told, and one that was declared is not', async () => {
  const camera = await oneCamera({httpsPort: 0})
  const server = createServer((socket) => socket.destroy())
  const port = await listening(server, '127.0.0.1', 0)
  onTestFinished(() => void server.close())
  const baseline = baselineWith([...(await portsOf(camera)), {port, kind: 'other'}])
  expect((await audit(camera, {baseline}))['port-undeclared']).toMatchObject({status: 'finding', seen: `open: ${port}`})
  expect((await audit(camera, {baseline, allowedPorts: [port]}))['port-undeclared']?.status).toBe('passed')
})

test('a camera that hands out foreign addresses draws nobody there', async () => {
  const audited = await audit(await oneCamera({fault: 'xaddr-foreign', weaknesses: ['onvif-open', 'rtsp-open']}))
  expect(audited['rtsp-open']).toMatchObject({status: 'finding', seen: expect.stringContaining('127.0.0.1')})
})

test('a certificate that somebody vouched for is trusted, and only that one', async () => {
  const camera = await oneCamera({httpsPort: 0})
  const pem = await certificateOf(camera.httpsPort)
  const other = selfSigned(['127.0.0.1'], Date.now()).cert
  const vouched = await audit(camera, present({trust: trusting(pem)}))
  expect(found(vouched)).toEqual([])
  expect(vouched['certificate-untrusted']?.status).toBe('passed')
  expect(found(await audit(camera, present({trust: trusting(other)})))).toEqual(['certificate-self-signed'])
})

async function certificateOf(port: number): Promise<string> {
  const socket = connect({port, host: '127.0.0.1', rejectUnauthorized: false})
  await once(socket, 'secureConnect')
  const pem = String(socket.getPeerX509Certificate())
  socket.destroy()
  return pem
}
