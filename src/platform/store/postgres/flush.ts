/** A batch that is worked out, as one statement: everything that it changes, or nothing. */
<<<<<<< HEAD
import type {Changes} from './changes.ts'
import {type BatchName, PARTS} from './flush-parts.ts'
||||||| parent of b2d3c5a (life)
import {json} from '../../json.ts'
import {bigintArray, textArray} from './binary-array.ts'
import type {Changes} from './book.ts'
=======
import {screenState} from '../../../alarm/screen-state.ts'
import {firedAt} from '../../../model/alarm.ts'
import {isWaiting} from '../../../model/handoff.ts'
import {json} from '../../json.ts'
import {bigintArray, textArray} from './binary-array.ts'
import type {Changes} from './book.ts'
>>>>>>> b2d3c5a (life)
import {CHANNEL} from './layout.ts'
<<<<<<< HEAD
import type {Question} from './link.ts'
import {Params} from './params.ts'
import {seenRows} from './recall.ts'
||||||| parent of b2d3c5a (life)
import type {Question} from './link.ts'
=======
import type {Question, Value} from './link.ts'
>>>>>>> b2d3c5a (life)

/** The parts come in one order, so the text is always the same and is prepared once. One notice tells every node of the whole batch. */
export function flushOf(changes: Changes, name: BatchName): Question {
  const {head, rows} = changes
<<<<<<< HEAD
  const params = new Params()
  const parts = PARTS.map((part) => part(changes, params, name))
  const node = params.text(name.node)
  const text = `
    WITH ${parts.join(',\n')}
    UPDATE head
    SET seq = ${params.bigint(head.seq)}, alarm = ${params.bigint(head.alarm)}, ontest = ${params.bigint(head.ontest)},
      turn = ${params.bigint(head.turn)}, revision = ${params.bigint(head.revision)},
      seen = ${params.bigint(head.seen + seenRows(changes).length)}
    RETURNING CASE WHEN ${params.bigint(rows.length)} > 0 THEN pg_notify('${CHANNEL}', seq || ' ' || ${node}) END
  `
  return {name: 'flush', text, values: params.values}
||||||| parent of b2d3c5a (life)
  const alarms = [...changes.alarms.values()]
  const windows = [...changes.windows.values()]
  const devices = [...changes.devices.values()]
  const seen = [...changes.seen]
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
    ],
  }
=======
  const alarms = [...changes.alarms.values()]
  const windows = [...changes.windows.values()]
  const devices = [...changes.devices.values()]
  const seen = [...changes.seen]
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
      ...lifeOf(changes),
      head.mask,
      head.handoff,
    ],
  }
>>>>>>> b2d3c5a (life)
}
<<<<<<< HEAD
||||||| parent of b2d3c5a (life)

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
    INSERT INTO alarm (id, key, handling, state)
    SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::text[])
    ON CONFLICT (id) DO UPDATE SET key = excluded.key, handling = excluded.handling, state = excluded.state
  ),
  window_rows AS (
    INSERT INTO ontest (id, account, open, state)
    SELECT * FROM unnest($10::bigint[], $11::text[], $12::boolean[], $13::text[])
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, open = excluded.open, state = excluded.state
  ),
  device_rows AS (
    INSERT INTO device (kind, key, account, state)
    SELECT * FROM unnest($14::text[], $15::text[], $16::text[], $17::text[])
    ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, state = excluded.state
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
=======

/** What pages look for in the alarms, then masks and hand-overs: $34 to $48. */
function lifeOf(changes: Changes): readonly Value[] {
  const alarms = [...changes.alarms.values()]
  const kept = alarms.map(({alarm}) => alarm)
  const masks = [...changes.masks.values()]
  const handoffs = [...changes.handoffs.values()]
  return [
    textArray(kept.map(({account}) => account)),
    textArray(kept.map(screenState)),
    bigintArray(kept.map(({priority}) => priority)),
    textArray(kept.map(({jurisdiction}) => jurisdiction)),
    bigintArray(kept.map(firedAt)),
    bigintArray(alarms.map(({seq}) => seq)),
    bigintArray(masks.map(({mask}) => mask.id)),
    textArray(masks.map(({mask}) => mask.scope.account)),
    masks.map(({mask}) => String(mask.state === 'on')),
    textArray(masks.map(({state}) => state)),
    bigintArray(handoffs.map(({handoff}) => handoff.id)),
    textArray(handoffs.map(({handoff}) => handoff.account)),
    handoffs.map(({handoff}) => String(isWaiting(handoff))),
    bigintArray(handoffs.map(({handoff}) => handoff.changedAt)),
    textArray(handoffs.map(({state}) => state)),
  ]
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
    INSERT INTO alarm (id, key, handling, state, account, screen, priority, jurisdiction, fired_at, seq)
    SELECT * FROM unnest($6::bigint[], $7::text[], $8::text[], $9::text[], $34::text[], $35::text[], $36::bigint[],
      $37::text[], $38::bigint[], $39::bigint[])
    ON CONFLICT (id) DO UPDATE SET key = excluded.key, handling = excluded.handling, state = excluded.state,
      account = excluded.account, screen = excluded.screen, priority = excluded.priority,
      jurisdiction = excluded.jurisdiction, fired_at = excluded.fired_at, seq = excluded.seq
  ),
  mask_rows AS (
    INSERT INTO mask (id, account, is_on, state)
    SELECT * FROM unnest($40::bigint[], $41::text[], $42::boolean[], $43::text[])
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, is_on = excluded.is_on, state = excluded.state
  ),
  handoff_rows AS (
    INSERT INTO handoff (id, account, waiting, changed_at, state)
    SELECT * FROM unnest($44::bigint[], $45::text[], $46::boolean[], $47::bigint[], $48::text[])
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, waiting = excluded.waiting,
      changed_at = excluded.changed_at, state = excluded.state
  ),
  window_rows AS (
    INSERT INTO ontest (id, account, open, state)
    SELECT * FROM unnest($10::bigint[], $11::text[], $12::boolean[], $13::text[])
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, open = excluded.open, state = excluded.state
  ),
  device_rows AS (
    INSERT INTO device (kind, key, account, state)
    SELECT * FROM unnest($14::text[], $15::text[], $16::text[], $17::text[])
    ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, state = excluded.state
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
    forgotten = $30::bigint, mask = $49::bigint, handoff = $50::bigint
  RETURNING CASE WHEN $31::integer > 0 THEN pg_notify('${CHANNEL}', seq || ' ' || $23::text) END
`
>>>>>>> b2d3c5a (life)
