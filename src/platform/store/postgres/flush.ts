/** A batch that is worked out, as one statement: everything that it changes, or nothing. */
import {json} from '../../json.ts'
import {bigintArray, textArray} from './binary-array.ts'
import type {Changes} from './book.ts'
import {CHANNEL} from './layout.ts'
import type {Question} from './link.ts'

/** The batch of a node: what the node looks for when the answer to its commit was lost. */
export interface BatchName {
  readonly node: string
  readonly number: number
}

/** Events that are kept beyond those that must be, as a share: forgetting goes in strides, not one by one. */
const SPARE_SEEN = 50

/** `forgotten`: number of the last event that is forgotten already. */
export function flushOf(changes: Changes, name: BatchName, forgotten: number): Question {
  const {head, rows} = changes
  const alarms = [...changes.alarms.values()]
  const windows = [...changes.windows.values()]
  const devices = [...changes.devices.values()]
  const seen = [...changes.seen]
  const access = [...changes.access].map(([key, record]) => ({key, record}))
  const {auditLines} = changes
  const firstSeen = head.seen - seen.length + 1
  return {
    name: 'flush',
    text: FLUSH,
    values: [
      bigintArray(rows.map(({seq}) => seq)),
      bigintArray(rows.map(({at}) => at)),
      textArray(rows.map(({type}) => type)),
      textArray(rows.map(({subject}) => subject)),
      textArray(rows.map(({entry}) => entry)),
      bigintArray(alarms.map(({alarm}) => alarm.id)),
      textArray(alarms.map(({key}) => key)),
      textArray(alarms.map(({alarm}) => alarm.handling)),
      textArray(alarms.map(({alarm}) => json(alarm))),
      bigintArray(windows.map(({window}) => window.id)),
      textArray(windows.map(({window}) => window.account)),
      windows.map(({window}) => String(window.state === 'open')),
      textArray(windows.map(({state}) => state)),
      textArray(devices.map(({device}) => device.kind)),
      textArray(devices.map(({device}) => device.key)),
      textArray(devices.map(({device}) => ('account' in device ? device.account : null))),
      textArray(devices.map(({state}) => state)),
      textArray(seen.map(([key]) => key)),
      bigintArray(seen.map((_, index) => firstSeen + index)),
      bigintArray(seen.map(([, seq]) => seq)),
      textArray([...changes.counters.keys()]),
      bigintArray([...changes.counters.values()]),
      name.node,
      name.number,
      head.seq,
      head.alarm,
      head.ontest,
      head.seen,
      head.revision,
      forgetUpTo(changes, forgotten),
      rows.length,
      textArray([...changes.heard.keys()]),
      bigintArray([...changes.heard.values()]),
      textArray(alarms.map(({alarm}) => alarm.jurisdiction)),
      textArray(windows.map(({window}) => window.jurisdiction)),
      textArray(devices.map(({device}) => device.jurisdiction)),
      textArray(access.map(({key}) => key.slice(0, key.indexOf(' ')))),
      textArray(access.map(({key}) => key.slice(key.indexOf(' ') + 1))),
      textArray(access.map(({record}) => record && json(record))),
      bigintArray(auditLines.map(({kept}) => kept.n)),
      bigintArray(auditLines.map(({found}) => found.at)),
      textArray(auditLines.map(({found}) => found.who)),
      textArray(auditLines.map(({found}) => found.what)),
      textArray(auditLines.map(({found}) => found.place)),
      textArray(auditLines.map(({kept}) => kept.line)),
      textArray(auditLines.map(({kept}) => kept.hash)),
    ],
  }
}

/** Number of the last event that is to be forgotten now. */
function forgetUpTo({head, keepSeen}: Changes, forgotten: number): number {
  if (keepSeen === undefined) return forgotten
  const upTo = head.seen - keepSeen
  return upTo - forgotten > keepSeen / SPARE_SEEN ? upTo : forgotten
}

/** Alarms come by id: an older one has closed before a newer one opens. One notice tells every node of the whole batch. */
const FLUSH = `
  WITH
  log_rows AS (
    INSERT INTO log (seq, at, type, subject, entry)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
  ),
  alarm_rows AS (
    INSERT INTO alarm (id, key, handling, state, place)
    SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::text[], $34::text[])
    ON CONFLICT (id) DO UPDATE
    SET key = excluded.key, handling = excluded.handling, state = excluded.state, place = excluded.place
  ),
  window_rows AS (
    INSERT INTO ontest (id, account, open, state, place)
    SELECT * FROM unnest($10::bigint[], $11::text[], $12::boolean[], $13::text[], $35::text[])
    ON CONFLICT (id) DO UPDATE
    SET account = excluded.account, open = excluded.open, state = excluded.state, place = excluded.place
  ),
  device_rows AS (
    INSERT INTO device (kind, key, account, state, place)
    SELECT * FROM unnest($14::text[], $15::text[], $16::text[], $17::text[], $36::text[])
    ON CONFLICT (kind, key) DO UPDATE
    SET account = excluded.account, state = excluded.state, place = excluded.place
  ),
  seen_rows AS (
    INSERT INTO event_seen (key, n, seq)
    SELECT * FROM unnest($18::text[], $19::bigint[], $20::bigint[])
  ),
  forgotten_rows AS (
    DELETE FROM event_seen USING head WHERE n <= $30::bigint AND $30::bigint > head.forgotten
  ),
  heard_rows AS (
    INSERT INTO message_heard (key, at) SELECT * FROM unnest($32::text[], $33::bigint[])
    ON CONFLICT (key) DO UPDATE SET at = excluded.at
  ),
  access_rows AS (
    INSERT INTO access (kind, name, state)
    SELECT * FROM unnest($37::text[], $38::text[], $39::text[]) AS given (kind, name, state) WHERE given.state IS NOT NULL
    ON CONFLICT (kind, name) DO UPDATE SET state = excluded.state
  ),
  access_gone AS (
    DELETE FROM access USING unnest($37::text[], $38::text[], $39::text[]) AS given (kind, name, state)
    WHERE given.state IS NULL AND access.kind = given.kind AND access.name = given.name
  ),
  audit_rows AS (
    INSERT INTO audit (n, at, who, what, place, line, hash)
    SELECT * FROM unnest(
      $40::bigint[], $41::bigint[], $42::text[], $43::text[], $44::text[], $45::text[], $46::text[]
    )
  ),
  counter_rows AS (
    INSERT INTO counter (name, value)
    SELECT * FROM unnest($21::text[], $22::bigint[])
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value
  ),
  node_row AS (
    INSERT INTO node (id, batch, at) VALUES ($23::text, $24::bigint, now())
    ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at
  )
  UPDATE head
  SET seq = $25::bigint, alarm = $26::bigint, ontest = $27::bigint, seen = $28::bigint, revision = $29::bigint,
    forgotten = $30::bigint
  RETURNING CASE WHEN $31::integer > 0 THEN pg_notify('${CHANNEL}', seq || ' ' || $23::text) END
`
