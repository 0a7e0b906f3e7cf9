/** What a batch writes, one table a part: each is a common table expression with a name of its own. */
import {json} from '../../json.ts'
import type {Changes} from './changes.ts'
import type {Params} from './params.ts'
import {seenRows} from './recall.ts'

/** The batch of a node: what the node looks for when the answer to its commit was lost. */
export interface BatchName {
  readonly node: string
  readonly number: number
}

type Part = (changes: Changes, params: Params, name: BatchName) => string

const logRows: Part = ({rows}, params) => `
  log_rows AS (
    INSERT INTO log (seq, at, type, subject, entry)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({seq}) => seq))},
      ${params.bigints(rows.map(({at}) => at))},
      ${params.texts(rows.map(({type}) => type))},
      ${params.texts(rows.map(({subject}) => subject))},
      ${params.texts(rows.map(({entry}) => entry))}
    )
  )`

const alarmRows: Part = ({alarms}, params) => {
  const rows = [...alarms.values()]
  return `
  alarm_rows AS (
    INSERT INTO alarm (id, key, handling, state)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({alarm}) => alarm.id))},
      ${params.texts(rows.map(({key}) => key))},
      ${params.texts(rows.map(({alarm}) => alarm.handling))},
      ${params.texts(rows.map(({alarm}) => json(alarm)))}
    )
    ON CONFLICT (id) DO UPDATE SET key = excluded.key, handling = excluded.handling, state = excluded.state
  )`
}

const windowRows: Part = ({windows}, params) => {
  const rows = [...windows.values()]
  return `
  window_rows AS (
    INSERT INTO ontest (id, account, open, state)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({window}) => window.id))},
      ${params.texts(rows.map(({window}) => window.account))},
      ${params.booleans(rows.map(({window}) => window.state === 'open'))},
      ${params.texts(rows.map(({state}) => state))}
    )
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, open = excluded.open, state = excluded.state
  )`
}

const deviceRows: Part = ({devices}, params) => {
  const rows = [...devices.values()]
  return `
  device_rows AS (
    INSERT INTO device (kind, key, account, state)
    SELECT * FROM unnest(
      ${params.texts(rows.map(({device}) => device.kind))},
      ${params.texts(rows.map(({device}) => device.key))},
      ${params.texts(rows.map(({device}) => ('account' in device ? device.account : null)))},
      ${params.texts(rows.map(({state}) => state))}
    )
    ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, state = excluded.state
  )`
}

const seenPart: Part = (changes, params) => {
  const rows = seenRows(changes)
  return `
  seen_rows AS (
    INSERT INTO seen (n, kind, bytes)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({n}) => n))},
      ${params.texts(rows.map(({kind}) => kind))},
      ${params.bytes(rows.map(({bytes}) => bytes))}
    )
  )`
}

const counterRows: Part = ({counters}, params) => `
  counter_rows AS (
    INSERT INTO counter (name, value)
    SELECT * FROM unnest(${params.texts([...counters.keys()])}, ${params.bigints([...counters.values()])})
    ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value
  )`

const nodeRow: Part = (_changes, params, {node, number}) => `
  node_row AS (
    INSERT INTO node (id, batch, at) VALUES (${params.text(node)}, ${params.bigint(number)}, now())
    ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at
  )`

/** Each table is in one part only: what one part writes, the others do not see. */
export const PARTS: readonly Part[] = [logRows, alarmRows, windowRows, deviceRows, seenPart, counterRows, nodeRow]
