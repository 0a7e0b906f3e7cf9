/** Which cameras a command works on: addresses, inventory keys, a pipe, or the whole inventory, each with its login. */
import {CitywatchError} from '../lib/errors.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {Credential} from '../lib/secret.ts'
import {deviceServiceUrl, withoutLogin} from '../model/address.ts'
import type {Camera} from '../model/device.ts'
import {isWithin, type Jurisdiction} from '../model/jurisdiction.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {type CredentialFlags, credentialFromReference, credentialOf} from './credentials.ts'
import {targetsOf} from './targets.ts'

export interface CameraTarget {
  /** Inventory key, or the address as given. */
  readonly key: string
  readonly name?: SafeText
  /** ONVIF device service URL; absent when the inventory has no address. */
  readonly xaddr?: string
  readonly credential?: Credential
  /** What the inventory says of it; absent for an address. */
  readonly device?: Camera
}

export interface CameraSelection {
  readonly args: readonly string[]
  readonly all: boolean
  readonly command: string
  /** False: whoever asks them brings the logins. */
  readonly withLogins?: false
  readonly flags: PlatformChoice & CredentialFlags & {readonly jurisdiction?: Jurisdiction | undefined}
}

/**
 * All of them, before any is touched: a mistake in line 17 is told before camera 1 has changed. Throws CW_NO_TARGET,
 * CW_BAD_ADDRESS, and what the platform client throws.
 */
export async function cameraTargets(selection: CameraSelection): Promise<readonly CameraTarget[]> {
  const {args, all, command, flags, withLogins = true} = selection
  if (all && args.length > 0)
    throw new CitywatchError('CW_USAGE', {detail: '--all and named targets exclude each other'})
  const login: LoginOf = withLogins ? await logins(flags) : async () => undefined
  if (all) return collect(inventory(flags, login))
  if (args.includes('-') && flags['password-stdin']) {
    throw new CitywatchError('CW_USAGE', {detail: 'standard input cannot give both targets and the password'})
  }
  return collect(named(await targetsOf(args, command), flags, login))
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The login for a camera of the inventory, or for an address that is in none. */
type LoginOf = (camera?: Camera) => Promise<Credential | undefined>

/** A camera's own, else the common one; each reference is read once. */
async function logins(flags: CredentialFlags): Promise<LoginOf> {
  const common = await credentialOf(flags)
  const known = new Map<string, Promise<Credential>>()
  return async (camera) => {
    const reference = camera?.credential
    if (reference === undefined) return common
    if (!known.has(reference)) known.set(reference, credentialFromReference(reference))
    return known.get(reference)
  }
}

async function* inventory(flags: CameraSelection['flags'], login: LoginOf): AsyncGenerator<CameraTarget> {
  const client = await platformClient(flags)
  for await (const camera of client.devices('camera')) {
    if (isWithin(camera.jurisdiction, flags.jurisdiction ?? '')) yield await target(camera, login)
  }
}

async function target(camera: Camera, login: LoginOf): Promise<CameraTarget> {
  const {key, name, xaddr} = camera
  const credential = await login(camera)
  return {key, name, ...(xaddr ? {xaddr} : {}), ...(credential ? {credential} : {}), device: camera}
}

async function* named(
  texts: AsyncIterable<string>,
  flags: CameraSelection['flags'],
  login: LoginOf,
): AsyncGenerator<CameraTarget> {
  const credential = await login()
  let byKey: Map<string, Camera> | undefined
  for await (const text of texts) {
    const xaddr = deviceServiceUrl(text)
    if (xaddr !== undefined) {
      yield {key: withoutLogin(text), xaddr, ...(credential ? {credential} : {})}
      continue
    }
    byKey ??= await camerasByKey(flags, text)
    const camera = byKey.get(text)
    if (!camera)
      throw new CitywatchError('CW_BAD_ADDRESS', {
        value: safeText(withoutLogin(text), 80),
        where: 'target; no camera has that key either',
      })
    yield await target(camera, login)
  }
}

/** The inventory, where a target is no address and may be a key. Without a platform it can only be a wrong address. */
async function camerasByKey(flags: PlatformChoice, text: string): Promise<Map<string, Camera>> {
  const byKey = new Map<string, Camera>()
  try {
    const client = await platformClient(flags)
    for await (const camera of client.devices('camera')) byKey.set(camera.key, camera)
  } catch (cause) {
    throw new CitywatchError('CW_BAD_ADDRESS', {value: safeText(withoutLogin(text), 80), where: 'target'}, {cause})
  }
  return byKey
}
