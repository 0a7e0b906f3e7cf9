/** Draws up a city: which camera gets which address and which sickness, and which panels stand beside them. Pure. */
import {CitywatchError} from '../../lib/errors.ts'
import {seededRandom} from '../../lib/random.ts'
import {safeName} from '../../lib/safe-text.ts'
import type {Credential} from '../../lib/secret.ts'
import type {Camera, Panel, Site, Zone} from '../../model/device.ts'
import type {CameraSpec} from '../camera/camera.ts'
import type {FaultName} from '../faults.ts'
import {catalogueOf, PANEL_ZONES, panelMakeAt, premisesAt} from './catalogue.ts'

export interface CityOptions {
  readonly seed: number
  /** Cameras to serve, as the inventory has them. */
  readonly cameras: readonly Camera[]
  readonly panels: number
  /** How many cameras get each sickness. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>
  /** Second number of the addresses: 20 gives 127.20.0.1, 127.20.0.2, …; 0: all at 127.0.0.1, told apart by port. */
  readonly network: number
  readonly httpPort: number
  readonly rtspPort: number
  readonly credential: Credential
}

export interface City {
  readonly specs: readonly CameraSpec[]
  readonly panels: readonly Panel[]
  readonly zones: readonly Zone[]
  readonly sites: readonly Site[]
  /** Sick cameras by key; all others are healthy. */
  readonly truth: ReadonlyMap<string, FaultName>
}

/** Addresses of one network: 127.n.0.1 … 127.n.255.250. */
const MAX_CAMERAS = 256 * 250
const FIRST_ACCOUNT = 0xa001

/** Throws CW_BAD_VALUE when the city is larger than its network or sicker than it has cameras. */
export function planCity(options: CityOptions): City {
  const {cameras, panels, faults, seed} = options
  check('cameras', cameras.length, MAX_CAMERAS)
  check('panels', panels, 0xffff - FIRST_ACCOUNT)
  const random = seededRandom(seed)
  const sick = assignFaults(cameras, faults, random)
  const specs = cameras.map((camera, index) => specOf(camera, index, sick.get(camera.key), options, random))
  const stations = jurisdictionsOf(cameras)
  const standing = Array.from({length: stations.length === 0 ? 0 : panels}, (_, index) =>
    panelAt(stations[index % stations.length] ?? '', index),
  )
  return {
    specs,
    truth: sick,
    panels: standing,
    zones: standing.flatMap(zonesOf),
    sites: stations.map((path) => ({kind: 'site', key: path, name: safeName(path), jurisdiction: path})),
  }
}

/** The address of the n-th camera of a network, from 0. */
export function cityAddress(network: number, index: number): string {
  if (network === 0) return '127.0.0.1'
  return `127.${network}.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

function assignFaults(
  cameras: readonly Camera[],
  faults: CityOptions['faults'],
  random: () => number,
): Map<string, FaultName> {
  const wanted = Object.entries(faults).flatMap(([name, count]) => Array<FaultName>(count).fill(name as FaultName))
  check('sick cameras', wanted.length, cameras.length)
  const pickFrom = cameras.map(({key}) => key)
  return new Map(
    wanted.map((fault) => {
      const [key = ''] = pickFrom.splice(Math.floor(random() * pickFrom.length), 1)
      return [key, fault]
    }),
  )
}

function specOf(
  camera: Camera,
  index: number,
  fault: FaultName | undefined,
  {network, httpPort, rtspPort, credential}: CityOptions,
  random: () => number,
): CameraSpec {
  return {
    key: camera.key,
    name: camera.name,
    address: cityAddress(network, index),
    httpPort,
    rtspPort,
    credential,
    ...catalogueOf(random()),
    ...(fault ? {fault} : {}),
  }
}

function panelAt(jurisdiction: string, index: number): Panel {
  const account = (FIRST_ACCOUNT + index).toString(16).toUpperCase()
  return {
    kind: 'panel',
    key: `panel-${account}`,
    name: safeName(premisesAt(index, jurisdiction)),
    site: jurisdiction,
    jurisdiction,
    account,
    ...made(index),
  }
}

function made(index: number): Pick<Panel, 'maker' | 'model' | 'firmware'> {
  const {maker, model, firmware} = panelMakeAt(index)
  return {maker: safeName(maker), model: safeName(model), firmware: safeName(firmware)}
}

function zonesOf({account, site, jurisdiction}: Panel): Zone[] {
  return PANEL_ZONES.map(([name, code], index) => {
    const zone = String(index + 1)
    const key = `${account}/1/${zone}`
    return {kind: 'zone', key, name: safeName(name), site, jurisdiction, account, partition: '1', zone, code}
  })
}

/** Distinct paths in the order of their size, largest first, so that few panels cover the busiest posts. */
function jurisdictionsOf(cameras: readonly Camera[]): string[] {
  const sizes = new Map<string, number>()
  for (const {jurisdiction} of cameras) sizes.set(jurisdiction, (sizes.get(jurisdiction) ?? 0) + 1)
  return [...sizes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([path]) => path)
}

function check(field: string, value: number, max: number): void {
  if (value > max) throw new CitywatchError('CW_BAD_VALUE', {field, value, expected: `at most ${max}`})
}
