/** `camera discover --into inventory`: what is new, moved and gone; and, where it was asked for, writing it. */
import {type Change, Comparison, cameraOf, ipv4HostOf, isReachable, updated} from '../camera/discover/compare.ts'
import {askDevice, type Fingerprint, type FingerprintOptions} from '../camera/discover/fingerprint.ts'
import type {Found} from '../camera/discover/found.ts'
import {CitywatchError} from '../lib/errors.ts'
import {pool} from '../lib/pool.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Camera, Device, Site} from '../model/device.ts'
import type {FoundRow} from './render/found.ts'

/** What this needs of a platform. */
interface Platform {
  inventory(): Promise<{readonly devices: readonly Device[]; readonly revision: number}>
  putDevices(batch: {readonly devices: readonly Device[]; readonly base?: number}): Promise<{readonly revision: number}>
}

export type InventoryCounts = Record<Change, number> & {
  /** Cameras written, and those that would have to be and cannot: no site was named, or nobody can reach the address. */
  written: number
  left: number
}

const BATCH = 1_000
/** Cameras that are asked at a time whether they are really gone. */
const AT_A_TIME = 64

export class IntoInventory {
  readonly counts: InventoryCounts = {new: 0, moved: 0, known: 0, gone: 0, unclear: 0, written: 0, left: 0}
  readonly #platform: Platform
  readonly #comparison: Comparison
  readonly #site: Site | undefined
  readonly #keys: Set<string>
  readonly #writes: Camera[] = []
  #revision: number

  private constructor(platform: Platform, devices: readonly Device[], revision: number, site: Site | undefined) {
    const cameras = devices.filter((device) => device.kind === 'camera')
    this.#platform = platform
    this.#comparison = new Comparison(cameras)
    this.#keys = new Set(cameras.map(({key}) => key))
    this.#site = site
    this.#revision = revision
  }

  /** Reads the inventory. Throws CW_BAD_VALUE for a site that it does not have, and what the platform's client throws. */
  static async read(platform: Platform, siteKey: string | undefined): Promise<IntoInventory> {
    const {devices, revision} = await platform.inventory()
    const sites = devices.filter((device) => device.kind === 'site')
    const site = sites.find(({key}) => key === siteKey)
    if (siteKey !== undefined && !site) {
      const expected =
        sites
          .slice(0, 10)
          .map(({key}) => key)
          .join(', ') || 'a site of the inventory, which has none'
      throw new CitywatchError('CW_BAD_VALUE', {field: '--site', value: safeText(siteKey, 80), expected})
    }
    return new IntoInventory(platform, devices, revision, site)
  }

  /** The device with what it is to the inventory. */
  row(found: Found): FoundRow {
    const {change, camera} = this.#comparison.take(found)
    this.counts[change] += 1
    this.#plan(change, found, camera)
    const was = change === 'moved' ? camera?.xaddr : undefined
    return {...found, change, ...(camera ? {camera: camera.key} : {}), ...(was ? {was} : {})}
  }

  /** Cameras at addresses that were searched and that answered nothing, also when they are asked at their own address now. */
  async *missing(isSearched: (host: string) => boolean, options: FingerprintOptions): AsyncGenerator<FoundRow> {
    const silent = this.#comparison.unmatched(isSearched)
    const asked = pool(
      silent,
      AT_A_TIME,
      async (camera) => ({camera, print: await askDevice(camera.xaddr ?? '', options)}),
      options.signal,
    )
    for await (const {camera, print} of asked) {
      if (options.signal.aborted) return
      const isThere = print.kind === 'onvif' || print.kind === 'soap' || print.kind === 'login'
      this.counts[isThere ? 'known' : 'gone'] += 1
      yield rowOf(camera, print, isThere ? 'known' : 'gone')
    }
  }

  /** Writes what was planned, batch by batch. Throws CW_CONFLICT when somebody else wrote in between; what was written stays. */
  async apply(signal: AbortSignal): Promise<void> {
    for (let at = 0; at < this.#writes.length; at += BATCH) {
      if (signal.aborted) return
      const devices = this.#writes.slice(at, at + BATCH)
      this.#revision = (await this.#platform.putDevices({devices, base: this.#revision})).revision
      this.counts.written += devices.length
    }
  }

  #plan(change: Change, found: Found, camera: Camera | undefined): void {
    if (change === 'unclear') return
    if (change !== 'known' && (!isReachable(found) || found.twin || (change === 'new' && !this.#site))) {
      this.counts.left += 1
      return
    }
    const after = camera ? updated(camera, found) : this.#site && this.#newCamera(found, this.#site)
    if (after) this.#writes.push(after)
  }

  /** A key that no camera has: two of the same key would replace each other. */
  #newCamera(found: Found, {key: site, jurisdiction}: Site): Camera | undefined {
    const camera = cameraOf(found, {site, jurisdiction})
    const key = this.#keys.has(camera.key) ? new URL(found.xaddrs[0] ?? '').host : camera.key
    if (this.#keys.has(key)) {
      this.counts.left += 1
      return undefined
    }
    this.#keys.add(key)
    return {...camera, key}
  }
}

function rowOf(camera: Camera, {kind, detail, clockOffsetMs}: Fingerprint, change: Change): FoundRow {
  const {xaddr = ''} = camera
  return {
    key: safeText(camera.key, 200),
    kind,
    heard: 'inventory',
    xaddrs: [xaddr],
    name: camera.name,
    scopes: [],
    interface: '',
    address: ipv4HostOf(camera) ?? URL.parse(xaddr)?.hostname ?? '',
    change,
    camera: camera.key,
    ...(detail ? {detail} : {}),
    ...(clockOffsetMs === undefined ? {} : {clockOffsetMs}),
  }
}

/** What became of it, in one line. */
export function inventoryLine(
  counts: InventoryCounts,
  {apply, site}: {apply: boolean; site?: string | undefined},
): string {
  const {new: added, moved, known, gone, unclear, written, left} = counts
  const sum = `against the inventory: ${added} new, ${moved} moved, ${known} known, ${gone} gone, ${unclear} unclear`
  if (apply) {
    const rest =
      left > 0
        ? `; ${left} left as they are${site ? ' (not to be reached from here)' : ' (--site KEY takes new ones in)'}`
        : ''
    return `${sum}; ${written} written${rest}`
  }
  return added + moved > 0
    ? `${sum}; nothing was written: --apply writes moved ones, with --site KEY new ones too`
    : sum
}
