/** The npm package `onvif` as somebody else's client: its own transport, login, parser and event loop. */
import {once} from 'node:events'
import onvif from 'onvif'
import {onTestFinished} from 'vitest'
import type {SimCamera} from '../../src/sim/camera/camera.ts'

export type PackageCam = InstanceType<typeof onvif.Cam>
export type Callback = (error: Error | null, value?: unknown) => void

/** Connects with the camera's own login; throws what the package says where that fails. */
export async function connectedCam(camera: SimCamera): Promise<PackageCam> {
  const {httpPort: port, spec} = camera
  const {user: username, password} = spec.credential
  const cam = new onvif.Cam({
    hostname: spec.address,
    port,
    username,
    password: password.reveal(),
    autoconnect: false,
  })
  onTestFinished(() => void cam.removeAllListeners())
  const ready = once(cam, 'connect')
  cam.connect((error) => (error ? cam.emit('error', error) : undefined))
  await ready
  return cam
}

/** The value that the package gives to the callback of `call`. */
export function answerTo<T = unknown>(call: (callback: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as T))))
}
