/** What a batch writes, one table a part: each is a common table expression with a name of its own. */
import {placeOf} from '../missing-page.ts'
import {accessRows, auditRows} from './access-parts.ts'
import type {Changes} from './changes.ts'
import {partsOf} from './facts.ts'
import {jobRows, taskDrops, taskMoves, taskRows} from './job-parts.ts'
import {alarmRows, handoffRows, maskRows} from './life-parts.ts'
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

const windowRows: Part = ({windows}, params) => {
  const rows = [...windows.values()]
  return `
  window_rows AS (
    INSERT INTO ontest (id, account, open, state, place)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({window}) => window.id))},
      ${params.texts(rows.map(({window}) => window.account))},
      ${params.booleans(rows.map(({window}) => window.state === 'open'))},
      ${params.texts(rows.map(({state}) => state))},
      ${params.texts(rows.map(({window}) => window.jurisdiction))}
    )
    ON CONFLICT (id) DO UPDATE
    SET account = excluded.account, open = excluded.open, state = excluded.state, place = excluded.place
  )`
}

const deviceRows: Part = ({devices}, params) => {
  const rows = [...devices.values()]
  return `
  device_rows AS (
    INSERT INTO device (kind, key, account, state, place)
    SELECT * FROM unnest(
      ${params.texts(rows.map(({device}) => device.kind))},
      ${params.texts(rows.map(({device}) => device.key))},
      ${params.texts(rows.map(({device}) => ('account' in device ? device.account : null)))},
      ${params.texts(rows.map(({state}) => state))},
      ${params.texts(rows.map(({device}) => device.jurisdiction))}
    )
    ON CONFLICT (kind, key) DO UPDATE
    SET account = excluded.account, state = excluded.state, place = excluded.place
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

const missingRows: Part = ({missing}, params) => {
  const rows = [...missing.values()].filter((row) => row !== null)
  const gone = [...missing].filter(([, row]) => row === null).map(([name]) => partsOf(name))
  return `
  missing_rows AS (
    INSERT INTO missing (kind, id, place, since, heard, outage, ontest)
    SELECT kind, id, place, since, heard::bigint, outage, ontest::bigint FROM unnest(
      ${params.texts(rows.map(({kind}) => kind))},
      ${params.texts(rows.map(({id}) => id))},
      ${params.texts(rows.map(({jurisdiction}) => placeOf(jurisdiction)))},
      ${params.bigints(rows.map(({since}) => since))},
      ${params.texts(rows.map(({heardAt}) => orNull(heardAt)))},
      ${params.texts(rows.map(({group = null}) => group))},
      ${params.texts(rows.map(({onTest}) => orNull(onTest)))}
    ) AS m (kind, id, place, since, heard, outage, ontest)
    ON CONFLICT (kind, id) DO UPDATE SET place = excluded.place, since = excluded.since, heard = excluded.heard,
      outage = excluded.outage, ontest = excluded.ontest
  ),
  missing_gone AS (
    DELETE FROM missing m USING unnest(
      ${params.texts(gone.map(({kind}) => kind))}, ${params.texts(gone.map(({key}) => key))}
    ) AS g (kind, id) WHERE m.kind = g.kind AND m.id = g.id
  )`
}

const outageRows: Part = ({outages}, params) => {
  const rows = [...outages.values()].filter((row) => row !== null)
  const gone = [...outages].filter(([, row]) => row === null).map(([place]) => place)
  return `
  outage_rows AS (
    INSERT INTO outage (place, devices, total, told_devices, told_total)
    SELECT * FROM unnest(
      ${params.texts(rows.map(({place}) => place))},
      ${params.bigints(rows.map(({devices}) => devices))},
      ${params.bigints(rows.map(({total}) => total))},
      ${params.bigints(rows.map(({toldDevices}) => toldDevices))},
      ${params.bigints(rows.map(({toldTotal}) => toldTotal))}
    )
    ON CONFLICT (place) DO UPDATE SET devices = excluded.devices, total = excluded.total,
      told_devices = excluded.told_devices, told_total = excluded.told_total
  ),
  outage_gone AS (DELETE FROM outage WHERE place = ANY (${params.texts(gone)}))`
}

const keptRows: Part = ({kept}, params) => {
  const names = [...kept.keys()].map(partsOf)
  const values = `unnest(
      ${params.texts(names.map(({kind}) => kind))},
      ${params.texts(names.map(({key}) => key))},
      ${params.texts([...kept.values()])}
    ) AS k (kind, key, text)`
  return `
  kept_rows AS (
    INSERT INTO kept (kind, key, text) SELECT * FROM ${values} WHERE k.text IS NOT NULL
    ON CONFLICT (kind, key) DO UPDATE SET text = excluded.text
  ),
  kept_gone AS (
    DELETE FROM kept USING ${values} WHERE k.text IS NULL AND kept.kind = k.kind AND kept.key = k.key
  )`
}

function orNull(value: number | undefined): string | null {
  return value === undefined ? null : String(value)
}

/** Each row is in one part only: what one part writes, the others do not see. */
export const PARTS: readonly Part[] = [
  logRows,
  alarmRows,
  maskRows,
  handoffRows,
  windowRows,
  deviceRows,
  seenPart,
  missingRows,
  outageRows,
  keptRows,
  accessRows,
  auditRows,
  jobRows,
  taskRows,
  taskMoves,
  taskDrops,
  counterRows,
  nodeRow,
]
