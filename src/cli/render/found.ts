/** How discovered cameras look, and the addresses that a search was asked for. */
import type {Found} from '../../camera/discover/found.ts'
import {targetsOf} from '../targets.ts'
import type {Column} from './rows.ts'

export const FOUND_COLUMNS: readonly Column<Found>[] = [
  {name: 'address', header: 'ADDRESS', value: ({address}) => address},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'hardware', header: 'HARDWARE', value: ({hardware}) => hardware},
  {name: 'xaddr', header: 'XADDR', value: ({xaddrs}) => xaddrs[0]},
  {name: 'interface', header: 'INTERFACE', value: (found) => found.interface},
  {name: 'key', header: 'KEY', wide: true, value: ({key}) => key},
  {name: 'scopes', header: 'SCOPES', wide: true, value: ({scopes}) => scopes.join(' ')},
]

/** The ranges to ask one by one; none for a search by multicast. Unlike elsewhere a pipe is read only where `-` says so. */
export async function addressesOf(args: readonly string[]): Promise<string[]> {
  if (args.length === 0) return []
  const ranges: string[] = []
  for await (const range of await targetsOf(args, 'camera discover')) ranges.push(range)
  return ranges
}

/** `3 cameras found`; when there are none, what may be in the way. */
export function foundLine(cameras: number): string {
  if (cameras > 0) return `${cameras} ${cameras === 1 ? 'camera' : 'cameras'} found`
  return 'no camera answered: WS-Discovery may be off or filtered on the way (UDP 3702); camera probe ADDRESS asks without it'
}

/** The same items, counted as they pass. */
export function counting<T>(items: AsyncIterable<T>): {readonly items: AsyncGenerator<T>; count(): number} {
  let passed = 0
  async function* pass() {
    for await (const item of items) {
      passed += 1
      yield item
    }
  }
  return {items: pass(), count: () => passed}
}
