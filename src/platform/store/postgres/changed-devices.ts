/** Reads which panels and cameras were changed since a revision of the inventory, a page at a time. */
import type {Device} from '../../../model/device.ts'
import type {Link} from './link.ts'

const PAGE = 1_000

export interface ChangedDevices {
  readonly devices: readonly Device[]
  readonly last: boolean
}

/** Each as it is now, in the order of the changes. What is changed meanwhile may come twice. Rejects with CW_IO. */
export async function* changedDevices(
  use: <Result>(work: (link: Link) => Promise<Result>) => Promise<Result>,
  revision: number,
): AsyncGenerator<ChangedDevices> {
  let after: [number, string, string] = [revision + 1, '', '']
  for (;;) {
    const {rows} = await use((link) => link.ask({name: 'changed devices', text: CHANGED, values: after}))
    const last = rows.length < PAGE
    yield {devices: rows.map(({state}) => JSON.parse(String(state)) as Device), last}
    const end = rows.at(-1)
    if (last || end === undefined) return
    after = [Number(end.revision), String(end.kind), String(end.key)]
  }
}

const CHANGED = `
  SELECT revision, kind, key, state FROM device
  WHERE (revision, kind, key) > ($1::bigint, $2, $3) AND kind IN ('camera', 'panel')
  ORDER BY revision, kind, key LIMIT ${PAGE}
`
