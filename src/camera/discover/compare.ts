/** What was found against what the inventory has: which cameras are new, which have moved, which are gone. */
import {isIPv4} from 'node:net'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Camera} from '../../model/device.ts'
import type {Found} from './found.ts'

/**
 * `moved`: told by endpoint reference, serial number or MAC, at another address than the inventory says. `gone`: in the
 * inventory at an address that was searched, and silent. `unclear`: something that is not a camera as far as ONVIF tells, or
 * the second to answer for one camera.
 */
export type Change = 'new' | 'moved' | 'known' | 'gone' | 'unclear'

export interface Compared {
  readonly change: Change
  /** The camera of the inventory that it is. */
  readonly camera?: Camera
  /** What told that it is that camera. */
  readonly by?: 'endpoint' | 'serial' | 'mac' | 'address'
}

/** Column of the inventory that an endpoint reference is kept in. */
const ENDPOINT_COLUMN = 'endpoint'
/** Columns that the inventory keeps of a camera. */
const MAX_COLUMNS = 64
const COLUMNS: readonly (readonly ['endpoint' | 'serial' | 'mac', RegExp])[] = [
  ['endpoint', /^(?:endpoint(?: ?reference)?|epr|uuid|urn)$/i],
  ['serial', /^(?:serial|serial ?(?:no|number)|sn|序列号)$/i],
  ['mac', /\bmac\b|^mac/i],
]

export class Comparison {
  readonly #byIdentity = new Map<string, Camera | null>()
  /** Several cameras may be channels of one recorder. */
  readonly #byAddress = new Map<string, Camera[]>()
  readonly #matched = new Set<Camera>()
  readonly #cameras: readonly Camera[]

  /** `cameras`: all of the inventory. */
  constructor(cameras: readonly Camera[]) {
    this.#cameras = cameras
    for (const camera of cameras) {
      for (const {token} of identitiesOf(camera)) once(this.#byIdentity, token, camera)
      const place = camera.xaddr && placeOf(camera.xaddr)
      if (!place) continue
      const others = this.#byAddress.get(place)
      if (others) others.push(camera)
      else this.#byAddress.set(place, [camera])
    }
  }

  /** Which camera it is. Each camera is matched once: a second device that claims to be it is `unclear`. */
  take(found: Found): Compared {
    if (found.kind !== 'onvif') return {change: 'unclear'}
    for (const {by, token} of identitiesOfFound(found)) {
      const camera = this.#byIdentity.get(token)
      if (!camera) continue
      const isThere = camera.xaddr !== undefined && found.xaddrs.some((xaddr) => samePlace(xaddr, camera.xaddr ?? ''))
      return this.#claim([camera], isThere ? 'known' : 'moved', by)
    }
    // At the address of a camera that is known by another endpoint: that one was replaced, or has moved.
    const here = found.xaddrs.flatMap((xaddr) => this.#byAddress.get(placeOf(xaddr) ?? '') ?? [])
    const same = here.filter((camera) => !isSomebodyElse(camera, found))
    return same.length > 0 ? this.#claim(same, 'known', 'address') : {change: 'new'}
  }

  /** Cameras at addresses that were searched and that nothing found was. */
  unmatched(isSearched: (host: string) => boolean): Camera[] {
    return this.#cameras.filter((camera) => {
      if (this.#matched.has(camera) || camera.xaddr === undefined) return false
      const host = URL.parse(camera.xaddr)?.hostname.replace(/^\[|\]$/g, '')
      return host !== undefined && isSearched(host)
    })
  }

  #claim(cameras: readonly Camera[], change: Change, by: NonNullable<Compared['by']>): Compared {
    const [camera] = cameras
    const isSecond = camera !== undefined && this.#matched.has(camera)
    for (const one of cameras) this.#matched.add(one)
    return {change: isSecond ? 'unclear' : change, by, ...(camera ? {camera} : {})}
  }
}

/** True when it can be asked at its first address from here. */
export function isReachable({reach, kind}: Found): boolean {
  return kind === 'onvif' && reach?.kind !== 'wrong-subnet'
}

/** The camera as the inventory should have it now; undefined when it has it so already. */
export function updated(camera: Camera, found: Found): Camera | undefined {
  const endpoint = endpointOf(found)
  const [xaddr = ''] = found.xaddrs
  const isThere = camera.xaddr !== undefined && found.xaddrs.some((one) => samePlace(one, camera.xaddr ?? ''))
  const isFull = Object.keys(camera.extra ?? {}).length >= MAX_COLUMNS
  const isNoted = endpoint === undefined || isFull || identitiesOf(camera).some(({by}) => by === 'endpoint')
  if (isThere && isNoted) return undefined
  return {
    ...camera,
    ...(isThere ? {} : {xaddr}),
    ...(isNoted ? {} : {extra: {...camera.extra, [ENDPOINT_COLUMN]: endpoint}}),
  }
}

/** A device of nobody's inventory as a camera of a site. Its key is the endpoint's UUID, or its address. */
export function cameraOf(found: Found, {site, jurisdiction}: Pick<Camera, 'site' | 'jurisdiction'>): Camera {
  const endpoint = endpointOf(found)
  const [xaddr = ''] = found.xaddrs
  const key = endpoint?.replace(/^(?:urn:)?uuid:/i, '') ?? new URL(xaddr).host
  return {
    kind: 'camera',
    key,
    name: found.name ?? safeText(key, 128),
    site,
    jurisdiction,
    xaddr,
    ...(endpoint ? {extra: {[ENDPOINT_COLUMN]: endpoint}} : {}),
  }
}

/** An endpoint reference that is one, not an address that stands for it. */
function endpointOf({key}: Found): SafeText | undefined {
  return /^(?:urn:)?uuid:[\w-]{1,80}$/i.test(key) ? key : undefined
}

interface Identity {
  readonly by: 'endpoint' | 'serial' | 'mac'
  readonly token: string
}

function identitiesOf({extra = {}}: Camera): Identity[] {
  return Object.entries(extra).flatMap(([column, text]) => {
    const [by] = COLUMNS.find(([, pattern]) => pattern.test(column.trim())) ?? []
    const token = by && tokenOf(by, text)
    return by && token ? [{by, token}] : []
  })
}

const SCOPE = /^onvif:\/\/www\.onvif\.org\/(mac|serial|serialnumber|sn)\/([^/]{1,80})$/i

function identitiesOfFound(found: Found): Identity[] {
  const endpoint = endpointOf(found)
  const told = found.scopes.flatMap((scope): Identity[] => {
    const [, name = '', text = ''] = SCOPE.exec(scope) ?? []
    if (text === '') return []
    const by = name.toLowerCase() === 'mac' ? 'mac' : 'serial'
    const token = tokenOf(by, text)
    return token ? [{by, token}] : []
  })
  // Many makers end the UUID in the MAC address (RFC 4122, version 1).
  const tail = endpoint && /-([\da-f]{12})$/i.exec(endpoint)?.[1]
  return [
    ...(endpoint ? [{by: 'endpoint', token: tokenOf('endpoint', endpoint) ?? ''} as const] : []),
    ...told,
    ...(tail ? [{by: 'mac', token: `mac ${tail.toLowerCase()}`} as const] : []),
  ]
}

/** In one spelling; undefined for what identifies nothing. */
function tokenOf(by: Identity['by'], text: string): string | undefined {
  const bare = text.trim().toLowerCase()
  if (by === 'mac') {
    const hex = bare.replace(/[^\da-f]/g, '')
    return hex.length === 12 && !/^(?:0+|f+)$/.test(hex) ? `mac ${hex}` : undefined
  }
  const plain = by === 'endpoint' ? bare.replace(/^(?:urn:)?uuid:/, '') : bare
  return plain === '' ? undefined : `${by} ${plain}`
}

function isSomebodyElse(camera: Camera, found: Found): boolean {
  const theirs = new Set(identitiesOfFound(found).map(({token}) => token))
  const own = identitiesOf(camera).filter(({by}) => by === 'endpoint')
  return endpointOf(found) !== undefined && own.length > 0 && own.every(({token}) => !theirs.has(token))
}

/** What two cameras share identifies neither. */
function once(map: Map<string, Camera | null>, token: string, camera: Camera): void {
  map.set(token, map.has(token) ? null : camera)
}

function placeOf(xaddr: string): string | undefined {
  const url = URL.parse(xaddr)
  return url ? `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}` : undefined
}

function samePlace(a: string, b: string): boolean {
  const place = placeOf(a)
  return place !== undefined && place === placeOf(b)
}

/** The IPv4 host of a camera's address; undefined where it has a name or none. */
export function ipv4HostOf({xaddr = ''}: Camera): string | undefined {
  const host = URL.parse(xaddr)?.hostname
  return host && isIPv4(host) ? host : undefined
}
