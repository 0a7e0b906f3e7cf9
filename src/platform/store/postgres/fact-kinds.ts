/** The kinds of facts: how each is asked for, and where its rows are kept. */
import type {Device, Panel} from '../../../model/device.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'
import {access, auditTail} from './access-facts.ts'
import {append, type FactKind, keepAlarm, namesOf, none, nothing} from './fact-kind.ts'
import type {Facts} from './facts.ts'
import {dueTask, job, lastJob, task} from './job-facts.ts'
import {accountAlarm, accountHandoff, accountMask, anyMask, handoff, mask, zone} from './life-facts.ts'
import type {Row} from './link.ts'
import {missing, missingOnTest, outage, untoldOutage} from './missing-facts.ts'

const alarm: FactKind = {
  select: ({alarms}, params) => `id, key, NULL, state, seq FROM alarm WHERE id = ANY (${params.bigints([...alarms])})`,
  asked: (facts, wants) => none(facts.alarms, wants.alarms),
  keep: keepAlarm,
}

const openAlarm: FactKind = {
  select: ({openAlarms}, params) =>
    `id, key, NULL, state, seq FROM alarm WHERE key = ANY (${params.texts([...openAlarms])}) AND handling <> 'closed'`,
  asked: (facts, wants) => none(facts.openAlarms, wants.openAlarms),
  keep(facts, row) {
    keepAlarm(facts, row)
    facts.openAlarms.set(String(row.key), Number(row.id))
  },
}

const window: FactKind = {
  select: ({windows}, params) =>
    `id, NULL, account, state, NULL FROM ontest WHERE id = ANY (${params.bigints([...windows])})`,
  asked: (facts, wants) => none(facts.windows, wants.windows),
  keep: keepWindow,
}

const accountWindow: FactKind = {
  select: ({accountWindows}, params) =>
    `id, NULL, account, state, NULL FROM ontest WHERE account = ANY (${params.texts([...accountWindows])}) AND open`,
  asked: (facts, wants) => nothing(facts.accountWindows, wants.accountWindows),
  keep(facts, row) {
    keepWindow(facts, row)
    append(facts.accountWindows, String(row.account), Number(row.id))
  },
}

const anyWindow: FactKind = {
  select: ({allWindows}, params) =>
    `id, NULL, account, state, NULL FROM ontest WHERE open AND ${params.boolean(allWindows)}`,
  asked(facts, wants) {
    if (wants.allWindows) facts.allWindows = []
  },
  keep(facts, row) {
    keepWindow(facts, row)
    facts.allWindows = [...(facts.allWindows ?? []), Number(row.id)]
  },
}

const panel: FactKind = {
  select: ({panels}, params) =>
    `NULL, key, account, state, NULL FROM device WHERE account = ANY (${params.texts([...panels])}) AND kind = 'panel'`,
  asked: (facts, wants) => nothing(facts.panels, wants.panels),
  keep: (facts, row) => append(facts.panels, String(row.account), JSON.parse(String(row.state)) as Panel),
}

const device: FactKind = {
  select({devices}, params) {
    const {kinds, keys} = namesOf(devices, params)
    return `NULL, w.kind || ' ' || w.key, NULL, d.state, NULL
      FROM unnest(${kinds}, ${keys}) AS w (kind, key) JOIN device d ON d.kind = w.kind AND d.key = w.key`
  },
  asked: (facts, wants) => none(facts.devices, wants.devices),
  keep: (facts, row) => void facts.devices.set(String(row.key), String(row.state) as Json<Device>),
}

const kept: FactKind = {
  select(wants, params) {
    const {kinds, keys} = namesOf(wants.kept, params)
    return `NULL, w.kind || ' ' || w.key, NULL, k.text, NULL
      FROM unnest(${kinds}, ${keys}) AS w (kind, key) JOIN kept k ON k.kind = w.kind AND k.key = w.key`
  },
  asked: (facts, wants) => none(facts.kept, wants.kept),
  keep: (facts, row) => void facts.kept.set(String(row.key), String(row.state)),
}

export const FACT_KINDS: Readonly<Record<string, FactKind>> = {
  alarm,
  openAlarm,
  accountAlarm,
  mask,
  accountMask,
  anyMask,
  handoff,
  accountHandoff,
  zone,
  window,
  accountWindow,
  anyWindow,
  panel,
  device,
  kept,
  missing,
  missingOnTest,
  outage,
  untoldOutage,
  access,
  auditTail,
  job,
  lastJob,
  task,
  dueTask,
}

function keepWindow({windows}: Facts, {id, state}: Row): void {
  windows.set(Number(id), JSON.parse(String(state)) as OnTestWindow)
}
