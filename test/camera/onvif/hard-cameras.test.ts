/** Cameras that a session has to get on with, or to give up on, as the reference lists them. */
import {expect, test} from 'vitest'
import {probeCamera} from '../../../src/camera/probe.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {parseAuthorization, verify} from '../../../src/protocol/http-auth/digest.ts'
import {failureOf} from '../../support/device-failure.ts'
import {keyOf, LOGIN, MemoryLedger, onvifCamera, sessionWith} from '../../support/onvif-cameras.ts'
import {probeFleetOf, probeOptions, targetsOf} from '../../support/probe.ts'
import {httpPeer, type Scripted, soapText} from '../../support/scripted-http.ts'

const INFORMATION = soapText('<GetDeviceInformationResponse><Model>x</Model></GetDeviceInformationResponse>')
const fault = (reason: string): Scripted => ({
  status: 400,
  body: soapText(`<Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:NotAuthorized</Value></Subcode></Code><Reason><Text>${reason}</Text></Reason></Fault>`),
}) // biome-ignore format: one message

test.each(['token', 'digest', 'both'] as const)(
  'a camera that tells its time only after a %s login, two hours off: one login, and the clock is named',
  async (kind) => {
    const fleet = await probeFleetOf({key: keyOf(kind), fault: 'hidden-clock'})
    const [target] = targetsOf(fleet)
    const {report} = await probeCamera(target!, probeOptions())
    expect([report.verdict, report.cause]).toEqual(['sick', 'clock-skew'])
    expect(report.identity?.model).toBe('SIM-1')
    expect(Math.abs((report.clockOffsetMs ?? 0) + 7_200_000)).toBeLessThanOrEqual(report.clockUncertaintyMs ?? 0)
    expect(fleet.cameras[0]?.failedLogins).toBe(0)
  },
)

test('a camera that tells no time is measured by the Date of its answers', async () => {
  const date = new Date(Date.now() - 86_400_000).toUTCString()
  const headers = {'content-type': 'text/xml', date}
  const peer = await httpPeer(() => ({headers, body: soapText('<GetSystemDateAndTimeResponse/>')}))
  const {offsetMs, uncertaintyMs} = await sessionWith(peer).clock()
  expect(Math.abs(offsetMs + 86_400_000)).toBeLessThanOrEqual(uncertaintyMs + 1_000)
})

test('a token that is refused for its time is a matter of the clock, and still a login that failed', async () => {
  const peer = await httpPeer(({body}) => fault(body.includes('UsernameToken') ? 'Message expired' : 'login first'))
  const ledger = new MemoryLedger()
  expect((await failureOf(sessionWith(peer, {ledger}).identity()))?.why).toBe('clock-skew')
  expect(ledger.told).toEqual(['trying', 'failed'])
  expect(peer.requests.filter(({body}) => body.includes('UsernameToken'))).toHaveLength(1)
})

test('a camera that hides its time and takes the password no longer is not asked for its time with it again', async () => {
  let accepts = true
  const peer = await httpPeer(({body}) => {
    if (!body.includes('UsernameToken') || !accepts) return fault('no')
    return {body: INFORMATION}
  })
  const session = sessionWith(peer)
  await session.identity()
  accepts = false
  const before = peer.requests.length
  expect((await failureOf(session.identity()))?.why).toBe('not-permitted')
  expect(peer.requests.slice(before).filter(({body}) => body.includes('UsernameToken'))).toHaveLength(1)
})

test('a camera that says how many logins are left: the number is in the report', async () => {
  const fleet = await probeFleetOf({fault: 'wrong-password', key: keyOf('token')})
  const [target] = targetsOf(fleet)
  const {report} = await probeCamera(target!, probeOptions())
  const identity = report.checks.find(({name}) => name === 'identity')
  expect([report.cause, identity?.attemptsLeft]).toEqual(['auth', 4])
})

test.each([
  ['MD5-sess', 'auth'],
  ['SHA-256-sess', 'auth, auth-int'],
  ['SHA-256', ''],
  ['MD5', 'auth-int,auth'],
])('a Digest by %s with qop %j is answered rightly', async (algorithm, qop) => {
  const challenge = `Digest realm="r", nonce="n", algorithm=${algorithm}${qop && `, qop="${qop}"`}`
  const right = (authorization = '') => {
    const answer = parseAuthorization(authorization)
    return answer !== null && verify(answer, {password: LOGIN.password.reveal(), method: 'POST'})
  }
  const peer = await httpPeer(({headers}) =>
    right(headers.authorization)
      ? {body: INFORMATION}
      : {status: 401, headers: {'www-authenticate': challenge}, body: ''},
  )
  const session = sessionWith(peer)
  for (let call = 0; call < 3; call++) expect((await session.identity()).model).toBe('x')
  expect(peer.requests).toHaveLength(4)
})

test('200 MB are not taken in: the camera is given up at the limit', async () => {
  const camera = await onvifCamera({fault: 'huge-answer'})
  const before = process.memoryUsage.rss()
  const failure = await failureOf(sessionWith(camera).clock())
  expect([failure?.why, failure?.detail]).toEqual(['too-large', 'more than 8388608 bytes'])
  expect(process.memoryUsage.rss() - before).toBeLessThan(96 * 1024 * 1024)
})

test.each([
  ['deep-xml', 'elements nested deeper than 64'],
  ['entity-bomb', 'a DOCTYPE'],
] as const)('%s is refused where it begins to be one', async (kind, words) => {
  const failure = await failureOf(sessionWith(await onvifCamera({fault: kind})).clock())
  expect([failure?.why, failure?.detail]).toEqual(['malformed-xml', expect.stringContaining(words)])
})

test.each(['token', 'digest'] as const)('a camera that takes %s logins and restarts: the session goes on once it is back', async (kind) => {
  const camera = await onvifCamera({key: keyOf(kind)})
  const ledger = new MemoryLedger()
  const session = sessionWith(camera, {ledger})
  await session.identity()
  camera.reboot(0)
  camera.clockOffsetMs = -3 * 86_400_000
  expect((await session.identity()).model).toBe('SIM-1')
  expect([camera.failedLogins, ledger.told]).toEqual([0, ['trying', 'succeeded']])
}) // biome-ignore format: a long name

test('a change that was under way when the camera restarted is not made again', async () => {
  const camera = await onvifCamera({})
  const session = sessionWith(camera)
  await session.identity()
  camera.reboot(60_000)
  expect((await failureOf(session.setHostname('b')))?.why).toBe('reset')
  expect(camera.actions.filter((action) => action === 'SetHostname').length).toBeLessThanOrEqual(1)
})

test('the lock is not reached: one wrong login for each session and camera, whatever is asked', async () => {
  const camera = await onvifCamera({})
  const ledger = new MemoryLedger()
  for (let run = 0; run < 10; run++) {
    const session = sessionWith(camera, {ledger, credential: {user: 'admin', password: new Secret('wrong')}})
    await Promise.all([session.identity(), session.hostname(), session.profiles()].map(failureOf))
  }
  expect(camera.failedLogins).toBe(1)
})
