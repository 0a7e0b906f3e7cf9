/** Probing simulated cameras in a test: cameras that end with it, and options that suit. */
import {onTestFinished} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import type {ProbeOptions, ProbeTarget} from '../../src/camera/probe-options.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {CameraSpec} from '../../src/sim/camera/camera.ts'
import {type Fleet, startFleet} from '../../src/sim/camera/fleet.ts'
import {realClock} from './clock.ts'
import {countingLedger} from './ledger.ts'

/** Nasty on purpose: XML, addresses and headers each spell it their way. */
const CANARY = 'Canary-77 & <"密码">'
export const PROBE_LOGIN = {user: 'admin', password: new Secret(CANARY)}

let nextNetwork = 60

/** Cameras on addresses of their own, both ports open. */
export async function probeFleetOf(...specs: readonly Partial<CameraSpec>[]): Promise<Fleet> {
  const network = nextNetwork++
  const fleet = await startFleet(
    specs.map((spec, index) => ({
      key: `C${index}`,
      name: `Camera ${index}`,
      address: `127.${network}.0.${index + 1}`,
      httpPort: 0,
      rtspPort: 0,
      credential: PROBE_LOGIN,
      ...spec,
    })),
    {clock: realClock},
  )
  onTestFinished(() => fleet.close())
  return fleet
}

export function targetsOf(fleet: Fleet, credential = PROBE_LOGIN): ProbeTarget[] {
  return fleet.cameras.map(({spec: {key}, xaddr}) => ({key, xaddr, credential}))
}

export function probeOptions(more: Partial<ProbeOptions> = {}): ProbeOptions {
  return {
    timeoutMs: 10_000,
    maxSkewMs: 30_000,
    warnSkewMs: 5_000,
    transport: 'auto',
    keepBytes: 0,
    ledger: countingLedger(),
    gate: loginGate(realClock),
    clock: realClock,
    ...more,
  }
}
