/** Simulated cameras with only their ONVIF port, and sessions with them, for one test. */
import {onTestFinished} from 'vitest'
import type {LoginLedger} from '../../src/camera/login-ledger.ts'
import {type OnvifOptions, type OnvifSession, openOnvif} from '../../src/camera/onvif/session.ts'
import type {Clock} from '../../src/lib/clock.ts'
import {type Credential, Secret} from '../../src/lib/secret.ts'
import {type CameraSpec, SimCamera} from '../../src/sim/camera/camera.ts'
import {listenOnvif} from '../../src/sim/camera/onvif/listen.ts'
import {type LoginKind, loginKindOf} from '../../src/sim/camera/onvif/login.ts'
import {realClock} from './clock.ts'

export const LOGIN: Credential = {user: 'admin', password: new Secret('correct horse')}

/** A key whose camera takes this kind of login; `nth` makes it another one. */
export function keyOf(kind: LoginKind, nth = 0): string {
  for (let index = 0, found = 0; ; index++) {
    const key = `cam-${index}`
    if (loginKindOf(key) === kind && found++ === nth) return key
  }
}

/** One camera on 127.0.0.1. */
export async function onvifCamera(spec: Partial<CameraSpec> = {}, clock: Clock = realClock): Promise<SimCamera> {
  const [camera] = await onvifCameras([spec], clock)
  return camera!
}

export async function onvifCameras(
  specs: readonly Partial<CameraSpec>[],
  clock: Clock = realClock,
): Promise<SimCamera[]> {
  const cameras = specs.map(
    (spec, index) =>
      new SimCamera(
        {
          key: `cam-${index}`,
          name: 'Gate',
          address: '127.0.0.1',
          httpPort: 0,
          rtspPort: 554,
          credential: LOGIN,
          ...spec,
        },
        clock,
      ),
  )
  const listeners = await listenOnvif(cameras)
  onTestFinished(() => listeners.close())
  return cameras
}

/** A session that ends with the test. */
export function sessionWith(camera: {readonly xaddr: string}, options: Partial<OnvifOptions> = {}): OnvifSession {
  const session = openOnvif({
    xaddr: camera.xaddr,
    credential: LOGIN,
    timeoutMs: 10_000,
    clock: realClock,
    ledger: new MemoryLedger(),
    ...options,
  })
  onTestFinished(() => session.close())
  return session
}

/** Keeps what it was told, in order; a login that failed or was never answered is not tried again. */
export class MemoryLedger implements LoginLedger {
  readonly told: string[] = []
  readonly #failed = new Set<string>()

  mayTry(device: string): boolean {
    return !this.#failed.has(device)
  }

  trying(device: string): void {
    this.told.push('trying')
    this.#failed.add(device)
  }

  succeeded(device: string): void {
    this.told.push('succeeded')
    this.#failed.delete(device)
  }

  failed(): void {
    this.told.push('failed')
  }
}
