/** Simulated cameras for tests, on loopback and on ports that the system chooses. */
import {Secret} from '../../src/lib/secret.ts'
import {type CameraSpec, SimCamera} from '../../src/sim/camera/camera.ts'
import {realClock} from './clock.ts'

/** Nasty on purpose: it has to survive URLs, headers and XML. */
export const TEST_CREDENTIAL = {user: 'admin', password: new Secret('p@ss:w/rd&<摄>')}

export function simCamera(spec: Partial<CameraSpec> = {}, clock = realClock): SimCamera {
  return new SimCamera(
    {key: 'CAM-1', name: 'Gate', address: '127.0.0.1', httpPort: 0, rtspPort: 0, credential: TEST_CREDENTIAL, ...spec},
    clock,
  )
}
