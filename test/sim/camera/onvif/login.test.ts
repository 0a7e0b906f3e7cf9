import {expect, test} from 'vitest'
import {Secret} from '../../../../src/lib/secret.ts'
import {parseXml} from '../../../../src/protocol/soap/parse-xml.ts'
import {writeUsernameToken} from '../../../../src/protocol/soap/username-token.ts'
import {xml} from '../../../../src/protocol/soap/xml.ts'
import {SimCamera} from '../../../../src/sim/camera/camera.ts'
import {CameraLogin, CREATED_WINDOW_MS, LOCK_MS, loginKindOf} from '../../../../src/sim/camera/onvif/login.ts'
import {manualClock} from '../../../support/clock.ts'
import {causeOf} from '../../../support/device-failure.ts'
import {keyOf, LOGIN, onvifCamera, sessionWith} from '../../../support/onvif-cameras.ts'

const NOW = Date.UTC(2026, 4, 4)

function tokenCamera() {
  const clock = manualClock(NOW)
  const spec = {key: keyOf('token'), name: 'a', address: '127.0.0.1', httpPort: 0, rtspPort: 0, credential: LOGIN}
  const camera = new SimCamera(spec, clock)
  const login = new CameraLogin(camera)
  let count = 0
  const judge = (password: string, created = clock.now(), nonce = Buffer.from(`${count++}`)) =>
    login.judge(
      undefined,
      'POST',
      parseXml(
        Buffer.from(xml`<Header>${writeUsernameToken({user: 'admin', password}, nonce, created)}</Header>`.text),
      ),
    )
  return {clock, camera, judge}
}
const right = LOGIN.password.reveal()

test('simulated login: a token is taken within five minutes of the camera’s clock, and only once', () => {
  const {judge, camera} = tokenCamera()
  const nonce = Buffer.from('once')
  expect(judge(right, NOW, nonce)).toEqual({ok: true})
  expect(judge(right, NOW, nonce)).toMatchObject({ok: false})
  expect(judge(right, NOW + CREATED_WINDOW_MS)).toEqual({ok: true})
  expect(judge(right, NOW - CREATED_WINDOW_MS - 1)).toMatchObject({ok: false})
  expect(camera.failedLogins).toBe(0)
})

test('simulated login: the fifth failure locks the account for a minute, and the text counts down', () => {
  const {judge, camera, clock} = tokenCamera()
  const reasons = Array.from({length: 6}, () => judge('wrong')).map((judgement) =>
    judgement.ok ? '' : judgement.reason,
  )
  expect(reasons.map((reason) => /(\d) attempts left/.exec(reason)?.[1])).toEqual(['4', '3', '2', '1', '0', '0'])
  expect(judge(right)).toMatchObject({ok: false, reason: 'Account locked, 0 attempts left'})
  clock.advance(LOCK_MS - 1)
  expect(judge(right)).toMatchObject({ok: false})
  clock.advance(1)
  expect(judge(right)).toEqual({ok: true})
  expect(camera.failedLogins).toBe(0)
})

test('simulated login: a login that is accepted forgets the failures before it', () => {
  const {judge, camera} = tokenCamera()
  for (let count = 0; count < 4; count++) judge('wrong')
  judge(right)
  expect(camera.failedLogins).toBe(0)
})

test('simulated login: a city has cameras of every kind', () => {
  const kinds = Map.groupBy(
    Array.from({length: 1_000}, (_, index) => `cam-${index}`),
    loginKindOf,
  )
  expect([...kinds.keys()].sort()).toEqual(['both', 'digest', 'token'])
  for (const keys of kinds.values()) expect(keys.length).toBeGreaterThan(150)
})

test('simulated login: a camera that takes Digest only does not count a token as a failed login', async () => {
  const camera = await onvifCamera({key: keyOf('digest')})
  const wrong = {user: 'admin', password: new Secret('wrong')}
  expect(await causeOf(sessionWith(camera, {credential: wrong}).identity())).toBe('auth')
  expect(camera.failedLogins).toBe(1)
})
