/** What a batch may have to know of missing devices, and of places where many are. */
import {missingRow, outageRow} from '../missing-page.ts'
import {type FactKind, namesOf, none} from './fact-kind.ts'
import {type Facts, keptName} from './facts.ts'
import type {Row} from './link.ts'

/** All columns as one text: facts have four. */
const MISSING = "NULL, m.kind || ' ' || m.id, NULL, row_to_json(m)::text, NULL"
const OUTAGE = 'NULL, o.place, NULL, row_to_json(o)::text, NULL'

export const missing: FactKind = {
  select(wants, params) {
    const {kinds, keys} = namesOf(wants.missing, params)
    return `${MISSING} FROM unnest(${kinds}, ${keys}) AS w (kind, id) JOIN missing m ON m.kind = w.kind AND m.id = w.id`
  },
  asked: (facts, wants) => none(facts.missing, wants.missing),
  keep: (facts, row) => void keepMissing(facts, row),
}

export const missingOnTest: FactKind = {
  select: (wants, params) =>
    `${MISSING} FROM missing m WHERE ontest IS NOT NULL AND ${params.boolean(wants.missingOnTest)}`,
  asked(facts, wants) {
    if (wants.missingOnTest) facts.missingOnTest = []
  },
  keep(facts, row) {
    facts.missingOnTest = [...(facts.missingOnTest ?? []), keepMissing(facts, row)]
  },
}

export const outage: FactKind = {
  select: (wants, params) => `${OUTAGE} FROM outage o WHERE place = ANY (${params.texts([...wants.outages])})`,
  asked: (facts, wants) => none(facts.outages, wants.outages),
  keep: (facts, row) => void keepOutage(facts, row),
}

export const untoldOutage: FactKind = {
  select: (wants, params) =>
    `${OUTAGE} FROM outage o WHERE (devices <> told_devices OR total <> told_total) AND ${params.boolean(wants.untoldOutages)}`,
  asked(facts, wants) {
    if (wants.untoldOutages) facts.untoldOutages = []
  },
  keep(facts, row) {
    facts.untoldOutages = [...(facts.untoldOutages ?? []), keepOutage(facts, row)]
  },
}

/** Its name. */
function keepMissing(facts: Facts, {state}: Row): string {
  const row = missingRow(JSON.parse(String(state)) as Row)
  const name = keptName(row.kind, row.id)
  facts.missing.set(name, row)
  return name
}

/** Its place. */
function keepOutage(facts: Facts, {state}: Row): string {
  const row = outageRow(JSON.parse(String(state)) as Row)
  facts.outages.set(row.place, row)
  return row.place
}
