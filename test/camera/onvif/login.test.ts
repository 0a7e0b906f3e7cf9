import {expect, test} from 'vitest'
import {parseAuthorization} from '../../../src/protocol/http-auth/digest.ts'
import {causeOf, failureOf} from '../../support/device-failure.ts'
import {MemoryLedger, sessionWith} from '../../support/onvif-cameras.ts'
import {httpPeer, type Received, type Scripted, soapText} from '../../support/scripted-http.ts'

const INFORMATION = soapText('<GetDeviceInformationResponse><Model>x</Model></GetDeviceInformationResponse>')
const DATE =
  '<Date><Year>2026</Year><Month>5</Month><Day>4</Day></Date><Time><Hour>3</Hour><Minute>2</Minute><Second>1</Second></Time>'
const TIME = soapText(
  `<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime>${DATE}</UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>`,
)
const challenge = (...values: string[]): Scripted => ({status: 401, headers: {'www-authenticate': values}, body: ''})
const fault = (code: string, reason: string, status = 400): Scripted => ({
  status,
  headers: {'content-type': 'application/soap+xml'},
  body: soapText(`<Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:${code}</Value></Subcode></Code><Reason><Text>${reason}</Text></Reason></Fault>`),
}) // biome-ignore format: one message a line
const ok: Scripted = {body: INFORMATION}
const answerOf = ({headers}: Received) => parseAuthorization(headers.authorization ?? '')
const hasToken = ({body}: Received) => body.includes('UsernameToken')

test('onvif login: of two Digest challenges the stronger is answered, whatever their order and spaces', async () => {
  const peer = await httpPeer(({headers}) =>
    headers.authorization
      ? ok
      : challenge('Digest qop="auth, auth-int", realm="IP Camera", nonce="n1", stale="FALSE"', 'Digest qop="auth", realm="IP Camera", nonce="n2", algorithm="SHA-256", stale="FALSE"'),
  ) // biome-ignore format: challenges as they came
  await sessionWith(peer).identity()
  expect(peer.requests.map(answerOf)).toEqual([
    null,
    expect.objectContaining({nonce: 'n2', algorithm: 'SHA-256', nc: '00000001'}),
  ])
})

test('onvif login: a nonce is used again and counted', async () => {
  const peer = await httpPeer(({headers}) =>
    headers.authorization ? ok : challenge('Digest realm="r", nonce="n", qop="auth"'),
  )
  const session = sessionWith(peer)
  for (let call = 0; call < 3; call++) await session.identity()
  expect(peer.requests.map((request) => answerOf(request)?.nc)).toEqual([undefined, '00000001', '00000002', '00000003'])
})

test('onvif login: a stale nonce at the first login is no failed login', async () => {
  const peer = await httpPeer(
    (_, index) =>
      [
        challenge('Digest realm="r", nonce="a", qop="auth"'),
        challenge('Digest realm="r", nonce="b", qop="auth", stale=true'),
        ok,
      ][index]!,
  )
  const ledger = new MemoryLedger()
  await sessionWith(peer, {ledger}).identity()
  expect(ledger.told).toEqual(['trying', 'succeeded'])
})

test('onvif login: a camera that calls every nonce stale is asked no third time', async () => {
  const peer = await httpPeer((_, index) => challenge(`Digest realm="r", nonce="${index}", qop="auth", stale=true`))
  expect(await causeOf(sessionWith(peer).identity())).toBe('auth')
  expect(peer.requests).toHaveLength(3)
})

test('onvif login: a new nonce in place of an old one, without the word stale, costs no failed login once it has worked', async () => {
  let nonce = 1
  const peer = await httpPeer((request) =>
    answerOf(request)?.nonce === String(nonce) ? ok : challenge(`Digest realm="r", nonce="${nonce}", qop="auth"`),
  )
  const ledger = new MemoryLedger()
  const session = sessionWith(peer, {ledger})
  await session.identity()
  nonce = 2
  expect(await causeOf(session.identity())).toBe('done')
  expect(ledger.told).toEqual(['trying', 'succeeded'])
})

test('onvif login: a refusal after a login that worked is a matter of rights', async () => {
  const peer = await httpPeer((request, index) =>
    index < 2
      ? answerOf(request)
        ? ok
        : challenge('Digest realm="r", nonce="n"')
      : fault('NotAuthorized', 'no rights', 400),
  )
  const session = sessionWith(peer)
  await session.identity()
  expect(await causeOf(session.identity())).toBe('not-permitted')
})

test('onvif login: a camera that takes the Digest and answers with a fault has accepted the password', async () => {
  const peer = await httpPeer((request) =>
    answerOf(request) ? fault('NotAuthorized', 'operators only') : challenge('Digest realm="r", nonce="n"'),
  )
  const ledger = new MemoryLedger()
  expect(await causeOf(sessionWith(peer, {ledger}).identity())).toBe('not-permitted')
  expect(ledger.told).toEqual(['trying', 'succeeded'])
})

test('onvif login: where no Digest is offered the token is sent, with the time of the camera', async () => {
  const peer = await httpPeer((request) => {
    if (request.body.includes('GetSystemDateAndTime')) return {body: TIME}
    return hasToken(request) ? ok : fault('NotAuthorized', 'login first')
  })
  await sessionWith(peer).identity()
  const created = /Created>([^<]+)</.exec(peer.requests.at(-1)?.body ?? '')?.[1]
  expect(created).toMatch(/^2026-05-04T03:02:0\d/)
  expect(peer.requests.map(hasToken)).toEqual([false, false, true])
})

test('onvif login: a camera that tells its time only after a login is logged in to once, with our time', async () => {
  const peer = await httpPeer(() => fault('NotAuthorized', 'login first'))
  const ledger = new MemoryLedger()
  const session = sessionWith(peer, {ledger})
  expect([await causeOf(session.clock()), await causeOf(session.identity())]).toEqual(['auth', 'auth'])
  expect(peer.requests.filter(hasToken)).toHaveLength(1)
  expect(ledger.told).toEqual(['trying', 'failed'])
})

test('onvif login: when the clock has jumped since it was measured a refused login is tried once more with the new time', async () => {
  let hour = 3
  const peer = await httpPeer((request) => {
    if (request.body.includes('GetSystemDateAndTime')) return {body: TIME.replace('<Hour>3', `<Hour>${hour++}`)}
    return hasToken(request) ? fault('NotAuthorized', 'no') : fault('NotAuthorized', 'login first')
  })
  expect(await causeOf(sessionWith(peer).identity())).toBe('auth')
  const created = peer.requests.filter(hasToken).map(({body}) => /Created>[^T]+T(\d\d)/.exec(body)?.[1])
  expect(created).toEqual(['03', '04'])
})

test.each([
  ['Account locked', 'locked-out'],
  ['You have 0 attempts left', 'locked-out'],
  ['You still have 5 attempt(s)', 'auth'],
])('onvif login: %j after a login', async (reason, cause) => {
  const peer = await httpPeer((request) => {
    if (request.body.includes('GetSystemDateAndTime')) return {body: TIME}
    return hasToken(request) ? fault('NotAuthorized', reason) : fault('NotAuthorized', 'login first')
  })
  const failure = await failureOf(sessionWith(peer).identity())
  expect([failure?.why, failure?.detail]).toEqual([cause, reason])
})

test('onvif login: a camera that says it is locked before the login gets none', async () => {
  const peer = await httpPeer(() => ({
    ...challenge('Digest realm="r", nonce="n"'),
    body: '<html><p>The user is locked.</p></html>',
  }))
  expect(await causeOf(sessionWith(peer).identity())).toBe('locked-out')
  expect(peer.requests).toHaveLength(1)
})
