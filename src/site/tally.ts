/** The sites of the inventory with what stands in them. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Camera, Device, Panel, Zone} from '../model/device.ts'
import {isWithin, type Jurisdiction, jurisdictionOf} from '../model/jurisdiction.ts'

export interface SiteTally {
  /** Key of the site; '' collects the devices that name no site. */
  readonly key: string
  /** Absent when devices name a site that the inventory does not have. */
  readonly name?: SafeText
  readonly jurisdiction: Jurisdiction
  readonly cameras: number
  /** Cameras with an address. */
  readonly addressed: number
  readonly panels: number
  readonly zones: number
}

/**
 * One tally a site, in order of jurisdiction and key; every device is counted once. `within` is the jurisdiction that the
 * sites lie in, '' for all. Throws CW_BAD_VALUE when it is no jurisdiction.
 */
export function tallySites(devices: Iterable<Device>, within: string): SiteTally[] {
  const prefix = within === '' ? '' : jurisdictionOf(within.split('.'))
  const tallies = new Map<string, SiteTally>()
  for (const device of devices) {
    const key = device.kind === 'site' ? device.key : device.site
    const tally = tallies.get(key) ?? emptyTally(key, device.jurisdiction)
    tallies.set(key, device.kind === 'site' ? {...tally, ...placeOf(device)} : counted(tally, device))
  }
  return [...tallies.values()]
    .filter(({jurisdiction}) => isWithin(jurisdiction, prefix))
    .sort((a, b) => compare(a.jurisdiction, b.jurisdiction) || compare(a.key, b.key))
}

function emptyTally(key: string, jurisdiction: Jurisdiction): SiteTally {
  return {key, jurisdiction: key === '' ? '' : jurisdiction, cameras: 0, addressed: 0, panels: 0, zones: 0}
}

function placeOf({name, jurisdiction}: {readonly name: SafeText; readonly jurisdiction: Jurisdiction}) {
  return {name, jurisdiction}
}

function counted(tally: SiteTally, device: Camera | Panel | Zone): SiteTally {
  if (device.kind === 'zone') return {...tally, zones: tally.zones + 1}
  if (device.kind === 'panel') return {...tally, panels: tally.panels + 1}
  return {...tally, cameras: tally.cameras + 1, addressed: tally.addressed + (device.xaddr === undefined ? 0 : 1)}
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
