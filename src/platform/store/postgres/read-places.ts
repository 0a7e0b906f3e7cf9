/** What lies within a jurisdiction: places are compared byte by byte, so that a subtree is its own place and one range. */
import {DEVICE_KINDS, type DeviceKind} from '../../../model/device.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import {talliesWithin} from '../counts.ts'
import type {Counts, DevicePageRequest} from '../port.ts'
import type {Link, Question} from './link.ts'
import {pageOf} from './page-question.ts'

/** A condition on the column `place`, with the values of `subtree` from parameter `$n` on. */
export function withinFrom(n: number): string {
  return `AND (place = $${n} OR (place > $${n + 1} AND place < $${n + 2}))`
}

/** A hyphen sorts before the dot: a place, and what begins with it and a dot, do not follow one another. */
export function subtree(place: Jurisdiction): [string, string, string] {
  return [place, `${place}.`, `${place}/`]
}

/** By place, then key. The cursor is a key; where it lies is looked up, and the page goes on from there. */
export async function devicesWithin(
  link: Link,
  {kind, after, limit}: DevicePageRequest,
  place: Jurisdiction,
): Promise<Question> {
  const [own, from, to] = subtree(place)
  const at = after === '' ? own : await placeOf(link, kind, after)
  const columns = 'SELECT key, state, place FROM device WHERE kind = $3 AND'
  const source = `SELECT key, state, place FROM (
    (${columns} place = $4 AND key > $1 ORDER BY place, key LIMIT $2)
    UNION ALL
    (${columns} place > $5 AND place < $6 ORDER BY place, key LIMIT $2)
  ) AS found`
  return pageOf('devices within', source, 'place, key', [after, limit + 1, kind, at, at === own ? from : at, to])
}

/** '' for a key that no device has: nothing lies there. */
async function placeOf(link: Link, kind: DeviceKind, key: string): Promise<string> {
  const text = 'SELECT place FROM device WHERE kind = $1 AND key = $2'
  const {rows} = await link.ask({name: 'place of a device', text, values: [kind, key]})
  return rows[0] === undefined ? '\uffff' : String(rows[0].place)
}

/** Counted where few are, summed up where many are. */
export async function readCountsWithin(link: Link, within: Jurisdiction): Promise<Counts> {
  const {rows} = await link.ask({name: 'counts within', text: COUNTS, values: subtree(within)})
  const alarms = rows.filter(({what}) => what === 'alarm')
  const counts = new Map(rows.map(({what, n}) => [String(what), Number(n)]))
  const count = (what: string) => counts.get(what) ?? 0
  return {
    alarms: talliesWithin(alarms, within),
    masks: count('mask'),
    handoffs: {open: count('handoff open'), unanswered: count('handoff handed')},
    devices: Object.fromEntries(DEVICE_KINDS.map((kind) => [kind, count(kind)])) as Counts['devices'],
    onTest: count('ontest'),
    refused: 0,
  }
}

const COUNTS = `
  SELECT 'alarm' AS what, handling, screen, condition, count(*) AS n FROM (
    SELECT handling, screen, state::json ->> 'condition' AS condition FROM alarm WHERE handling <> 'closed' ${withinFrom(1)}
  ) AS open GROUP BY handling, screen, condition
  UNION ALL
  SELECT 'ontest', NULL, NULL, NULL, count(*) FROM ontest WHERE open ${withinFrom(1)}
  UNION ALL
  SELECT 'mask', NULL, NULL, NULL, count(*) FROM mask WHERE is_on ${withinFrom(1)}
  UNION ALL
  SELECT CASE WHEN state::json ->> 'state' = 'handed' THEN 'handoff handed' ELSE 'handoff open' END, NULL, NULL, NULL, count(*)
  FROM handoff WHERE waiting ${withinFrom(1)} GROUP BY 1
  UNION ALL
  SELECT kind, NULL, NULL, NULL, sum(value) FROM (
    SELECT substr(split_part(name, '@', 1), 7) AS kind, split_part(name, '@', 2) COLLATE "C" AS place, value
    FROM counter WHERE name LIKE 'place:%'
  ) AS places WHERE true ${withinFrom(1)} GROUP BY kind
`
