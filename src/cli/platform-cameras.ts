/** The cameras that `platform serve` listens to: its flags, and the logins and the ledger behind them. */
import * as Flags from '@oclif/core/flags'
import type {Clock} from '../lib/clock.ts'
import type {Credential} from '../lib/secret.ts'
import type {CameraChoice} from '../platform/server/camera-listener.ts'
import {type CredentialFlags, credentialFromReference, credentialOf} from './credentials.ts'
import {credentialFlags} from './flags.ts'

export const cameraFlags = {
  'camera-events': Flags.boolean({
    description: 'listen to the cameras of the inventory (ONVIF events)',
    helpGroup: 'CAMERAS',
  }),
  'camera-motion': Flags.option({
    options: ['off', 'log', 'alarm'] as const,
    default: 'off',
    description: 'with --camera-events: what motion is, nothing, a line of the log, or an alarm of priority 4',
    helpGroup: 'CAMERAS',
  })(),
  'fault-after': Flags.integer({
    default: 2,
    min: 1,
    max: 100,
    description: 'probes in a row that make a camera faulty, and well again',
    helpValue: 'N',
    helpGroup: 'CAMERAS',
  }),
  ...credentialFlags,
}

export interface CameraFlags extends CredentialFlags {
  readonly 'camera-events': boolean
  readonly 'camera-motion': CameraChoice['motion']
  readonly 'fault-after': number
}

/** Cameras that are being subscribed to at a time. */
const CONCURRENCY = 64

/** Options of the platform; nothing to listen to where it was not asked for. Throws what the login's flags throw, CW_IO. */
export async function cameraOptions(
  flags: CameraFlags,
  clock: Clock,
): Promise<{readonly faultAfter: number; readonly cameras?: CameraChoice}> {
  const faultAfter = flags['fault-after']
  if (!flags['camera-events']) return {faultAfter}
  const common = await credentialOf(flags)
  const {fileLoginLedger} = await import('./login-ledger.ts')
  const known = new Map<string, Promise<Credential>>()
  const cameras: CameraChoice = {
    ledger: fileLoginLedger(clock), // open as long as the process lives
    motion: flags['camera-motion'],
    concurrency: CONCURRENCY,
    credentialOf: async (reference) => (reference === undefined ? common : remembered(known, reference)),
  }
  return {faultAfter, cameras}
}

/** A reference that cannot be read is read again when it is asked for again. */
function remembered(known: Map<string, Promise<Credential>>, reference: string): Promise<Credential> {
  const before = known.get(reference)
  if (before) return before
  const login = credentialFromReference(reference)
  known.set(reference, login)
  login.catch(() => known.delete(reference))
  return login
}
