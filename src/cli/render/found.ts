/** How discovered cameras look, and what is said of the search. */
import type {Change} from '../../camera/discover/compare.ts'
import type {DiscoverSummary} from '../../camera/discover/discover.ts'
import type {InterfaceResult} from '../../camera/discover/ears.ts'
import type {Found} from '../../camera/discover/found.ts'
import type {SweepCounts} from '../../camera/discover/sweep.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Column} from './rows.ts'

/** A device as it is printed: found, or in the inventory and not found. */
export interface FoundRow extends Omit<Found, 'heard'> {
  readonly heard: Found['heard'] | 'inventory'
  /** Against the inventory, where that was asked for. */
  readonly change?: Change
  /** Key of the camera that it is in the inventory, and its address there. */
  readonly camera?: string
  readonly was?: string
}

/** New columns go to the end: scripts read them by their place. */
export const FOUND_COLUMNS: readonly Column<FoundRow>[] = [
  {name: 'address', header: 'ADDRESS', value: ({address}) => address},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'hardware', header: 'HARDWARE', value: ({hardware}) => hardware},
  {name: 'xaddr', header: 'XADDR', value: ({xaddrs}) => xaddrs[0]},
  {name: 'interface', header: 'INTERFACE', value: (found) => found.interface},
  {name: 'key', header: 'KEY', wide: true, value: ({key}) => key},
  {name: 'scopes', header: 'SCOPES', wide: true, value: ({scopes}) => scopes.join(' ')},
  {name: 'kind', header: 'KIND', value: ({kind}) => kind},
  {name: 'change', header: 'CHANGE', value: ({change}) => change},
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'was', header: 'WAS', value: ({was}) => was},
  {name: 'note', header: 'NOTE', value: noteOf},
  {name: 'heard', header: 'HEARD', wide: true, value: ({heard}) => heard},
  {name: 'ports', header: 'PORTS', wide: true, value: ({ports}) => ports?.join(' ')},
  {name: 'clock', header: 'CLOCK', wide: true, value: ({clockOffsetMs}) => clockOffsetMs},
  {name: 'xaddrs', header: 'XADDRS', wide: true, value: ({xaddrs}) => (xaddrs.length > 1 ? xaddrs.join(' ') : '')},
]

/** What `-o name` prints: the address that other commands take. */
export function nameOf({xaddrs}: FoundRow): string {
  return xaddrs[0] ?? ''
}

function noteOf({reach, twin, detail}: FoundRow): string {
  const notes = [
    reach?.kind === 'wrong-subnet' ? `wrong subnet: needs ${reach.suggested} on ${reach.interface}` : '',
    reach?.kind === 'translated' ? `says it is at ${reach.told.map(hostOf).join(' ')}` : '',
    twin ? 'same endpoint as another address' : '',
    detail ?? '',
  ]
  return notes.filter(Boolean).join('; ')
}

function hostOf(xaddr: string): string {
  return URL.parse(xaddr)?.host ?? xaddr
}

/** `3 cameras found`; when there are none, what may be in the way. */
export function foundLine(cameras: number, others: number): string {
  const also = others > 0 ? `, ${others} other ${others === 1 ? 'host' : 'hosts'} with something listening` : ''
  if (cameras > 0) return `${cameras} ${cameras === 1 ? 'camera' : 'cameras'} found${also}`
  return `no camera answered${also}: WS-Discovery may be off or filtered on the way (UDP 3702); camera probe ADDRESS asks without it`
}

/** One line an interface, and one for the addresses that were asked one by one. */
export function searchLines({interfaces, sweep, dropped, complete}: DiscoverSummary): string[] {
  return [
    ...interfaces.map(interfaceLine),
    ...(sweep ? [sweepLine(sweep)] : []),
    ...(dropped > 0 ? [`${dropped} devices more than can be kept were left out`] : []),
    ...(complete ? [] : ['interrupted: this is what was found so far']),
  ]
}

function interfaceLine({name, address, sent, unsent, heard, ignored, devices, failed}: InterfaceResult): string {
  const at = `${safeText(name, 40)} (${address})`
  if (sent === 0 && failed) return `${at}: could not ask: ${failed}`
  const trouble = failed ? `; ${unsent} not sent: ${failed}` : ''
  const strange = ignored > 0 ? `, ${ignored} of them no answer to it` : ''
  return `${at}: ${sent} questions, ${heard} datagrams heard${strange}, ${devices} devices${trouble}`
}

function sweepLine({addresses, asked, open, refused, silent, failed}: SweepCounts): string {
  const trouble = Object.entries(failed).map(([code, count]) => `; ${count} could not be asked: ${safeText(code, 40)}`)
  return `${asked} of ${addresses} addresses asked: ${open} with an open port, ${refused} refused, ${silent} silent${trouble.join('')}`
}

/** How to reach cameras of another network on a link, for the system that this runs on. */
export class WrongSubnets {
  readonly #hosts = new Map<string, {readonly on: string; readonly suggested: string; readonly hosts: Set<string>}>()

  see({reach}: FoundRow): void {
    if (reach?.kind !== 'wrong-subnet') return
    const id = `${reach.interface} ${reach.suggested}`
    const known = this.#hosts.get(id)
    if (known) known.hosts.add(reach.host)
    else this.#hosts.set(id, {on: reach.interface, suggested: reach.suggested, hosts: new Set([reach.host])})
  }

  lines(platform: NodeJS.Platform): string[] {
    return [...this.#hosts.values()].flatMap(({on, suggested, hosts}) => {
      const shown = [...hosts].slice(0, MAX_SHOWN).join(', ')
      const more = hosts.size > MAX_SHOWN ? ` and ${hosts.size - MAX_SHOWN} more` : ''
      return [
        `${shown}${more}: heard on ${safeText(on, 40)}, which has no address in that network. To reach ${hosts.size === 1 ? 'it' : 'them'} (make sure that nobody has ${suggested.replace(/\/.*/, '')}):`,
        `  ${addressCommand(on, suggested, platform)}`,
      ]
    })
  }
}

const MAX_SHOWN = 5

/** The command that gives an interface one more address. */
export function addressCommand(on: string, cidr: string, platform: NodeJS.Platform): string {
  const [address = '', bits] = cidr.split('/')
  const mask = bits === '16' ? '255.255.0.0' : '255.255.255.0'
  const name = safeText(on, 80)
  if (platform === 'win32') return `netsh interface ipv4 add address "${name.replaceAll('"', '')}" ${address} ${mask}`
  const quoted = /^[\w.@:-]+$/.test(name) ? name : `'${name.replaceAll("'", '')}'`
  if (platform === 'darwin' || platform.endsWith('bsd'))
    return `sudo ifconfig ${quoted} alias ${address} netmask ${mask}`
  return `sudo ip address add ${cidr} dev ${quoted}`
}
