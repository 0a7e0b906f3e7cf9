import {describe, expect, test} from 'vitest'
import {Secret} from '../../../src/lib/secret.ts'
import type {LoginKind} from '../../../src/sim/camera/onvif/login.ts'
import {causeOf} from '../../support/device-failure.ts'
import {keyOf, LOGIN, MemoryLedger, onvifCamera, sessionWith} from '../../support/onvif-cameras.ts'

const KINDS: readonly LoginKind[] = ['token', 'digest', 'both']
const NASTY = ['&<>"\'%@:/ ', 'пароль', '密码@中文', 'a'.repeat(64), '\\"', 'é', ' leading']

describe.each(KINDS)('onvif session with a camera that takes %s logins', (kind) => {
  test('reads identity, profiles and stream address as the camera spells them', async () => {
    const camera = await onvifCamera({
      key: keyOf(kind),
      firmware: '1.10',
      model: '007',
      manufacturer: 'true',
      rtspPort: 8554,
    })
    const session = sessionWith(camera)
    expect(await session.identity()).toMatchObject({manufacturer: 'true', model: '007', firmware: '1.10'})
    expect((await session.identity()).serial).toMatch(/^\d{20}$/)
    const pace = {frameRate: 25, bitRateKbps: 2048, groupLength: 25}
    expect(await session.profiles()).toEqual([
      {token: 'profile_1', name: 'MainStream', codec: 'H264', width: 1280, height: 720, ...pace},
      {token: 'profile_2', name: 'SubStream', codec: 'H264', width: 640, height: 360, ...pace},
    ])
    const uri = 'rtsp://127.0.0.1:8554/stream1'
    expect(await session.streamUri('profile_1')).toEqual({uri, advertised: uri, foreign: false})
  })

  test('writes what it is told, and reads it back', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const session = sessionWith(camera)
    await session.setHostname('gate-7')
    await session.setNtp(['10.0.0.1', 'fd00::1', 'ntp.example'])
    await session.setName('Gate <7> & "Yard" 大门')
    expect([await session.hostname(), await session.ntp(), await session.name()]).toEqual([
      'gate-7',
      {fromDhcp: false, servers: ['10.0.0.1', 'fd00::1', 'ntp.example']},
      'Gate <7> & "Yard" 大门',
    ])
    expect([camera.hostname, camera.name]).toEqual(['gate-7', 'Gate <7> & "Yard" 大门'])
  })

  test.each(NASTY)('logs in with the password %j', async (text) => {
    const credential = {user: 'us&er "用户"', password: new Secret(text)}
    const camera = await onvifCamera({key: keyOf(kind), credential})
    expect(await causeOf(sessionWith(camera, {credential}).identity())).toBe('done')
    expect(camera.failedLogins).toBe(0)
  })

  test('a wrong password is one failed login, however often the session asks', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const ledger = new MemoryLedger()
    const session = sessionWith(camera, {credential: {user: 'admin', password: new Secret('wrong')}, ledger})
    const calls = [session.identity(), session.hostname(), session.ntp(), session.name(), session.profiles()]
    expect(await Promise.all(calls.map(causeOf))).toEqual(['auth', 'auth', 'auth', 'auth', 'auth'])
    expect(camera.failedLogins).toBe(1)
    expect(ledger.told).toEqual(['trying', 'failed'])
  })

  test('a login that the ledger withholds is not made', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const ledger = new MemoryLedger()
    ledger.trying(new URL(camera.xaddr).host)
    expect(await causeOf(sessionWith(camera, {ledger}).identity())).toBe('login-withheld')
    expect(camera.failedLogins).toBe(0)
  })

  test('without a login the camera is asked nothing that needs one', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const {xaddr} = camera
    const session = sessionWith({xaddr}, {credential: undefined as never})
    expect((await session.clock()).uncertaintyMs).toBeGreaterThanOrEqual(500)
    expect(await causeOf(session.identity())).toBe('no-credential')
  })

  test('one login is enough for the whole session', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const ledger = new MemoryLedger()
    const session = sessionWith(camera, {ledger})
    for (let round = 0; round < 3; round++) await session.identity()
    expect(ledger.told).toEqual(['trying', 'succeeded'])
  })

  test('a clock two hours off is measured, and never looks like a wrong password', async () => {
    const camera = await onvifCamera({key: keyOf(kind), fault: 'clock-skew'})
    const session = sessionWith(camera)
    expect(await causeOf(session.identity())).toBe('done')
    const {offsetMs, uncertaintyMs} = await session.clock()
    expect(Math.abs(offsetMs + 7_200_000)).toBeLessThanOrEqual(uncertaintyMs)
    expect(camera.failedLogins).toBe(0)
  })

  test('a clock that jumps between two calls is measured again', async () => {
    const camera = await onvifCamera({key: keyOf(kind)})
    const session = sessionWith(camera)
    await session.identity()
    camera.clockOffsetMs = 3 * 86_400_000
    expect(await causeOf(session.hostname())).toBe('done')
    expect(camera.failedLogins).toBe(0)
  })

  test('an account that is locked is told apart from a wrong password', async () => {
    const camera = await onvifCamera({key: keyOf(kind), fault: 'locked-out'})
    expect(await causeOf(sessionWith(camera).identity())).toBe('locked-out')
  })
})

test('onvif session: NTP servers that are set move the clock, so it is measured before the next login', async () => {
  const camera = await onvifCamera({key: keyOf('token')})
  const session = sessionWith(camera)
  await session.setNtp(['10.0.0.1'])
  camera.clockOffsetMs = -3 * 86_400_000
  camera.actions.length = 0
  await session.ntp()
  expect(camera.actions).toEqual(['GetSystemDateAndTime', 'GetNTP'])
})

test('onvif session: addresses of another network are kept on the camera, and reported', async () => {
  const camera = await onvifCamera({fault: 'xaddr-foreign', rtspPort: 8554})
  const session = sessionWith(camera)
  expect(await session.streamUri('profile_1')).toEqual({
    uri: 'rtsp://127.0.0.1:8554/stream1',
    advertised: 'rtsp://192.168.1.64:8554/stream1',
    foreign: true,
  })
  expect((await session.services()).map(({foreign}) => foreign)).toEqual([true, true, true])
})

test('onvif session: a camera without profiles has none', async () => {
  const session = sessionWith(await onvifCamera({fault: 'no-profile'}))
  expect(await session.profiles()).toEqual([])
  expect(await causeOf(session.streamUri('profile_1'))).toBe('soap-fault')
})

test('onvif session: the camera is asked for its password only where it wants one', async () => {
  const camera = await onvifCamera({})
  await sessionWith(camera).clock()
  expect(camera.actions).toEqual(['GetSystemDateAndTime'])
})

test('onvif session: when the run is stopped, what is under way is cancelled', async () => {
  const stop = new AbortController()
  const session = sessionWith(await onvifCamera({fault: 'silent'}), {signal: stop.signal})
  const cause = causeOf(session.clock())
  stop.abort()
  expect(await cause).toBe('cancelled')
  expect(await causeOf(session.identity())).toBe('cancelled')
})

test('onvif session: a password never stands in a failure', async () => {
  const credential = {...LOGIN, password: new Secret('Canary-7741')}
  const session = sessionWith(await onvifCamera({fault: 'wrong-password'}), {credential})
  const error = await session.identity().catch((failure: unknown) => failure)
  expect(`${error} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('Canary-7741')
})
