/** What is wrong with zones only when the inventory is known: an account that no panel has, a zone that is there already. */
import {safeText} from '../lib/safe-text.ts'
import type {Device, Zone} from '../model/device.ts'
import type {Draft} from './draft.ts'
import type {Field} from './fields.ts'
import type {Mapping} from './mapping.ts'
import {type Finding, MAX_VALUE, RULES, type RuleId} from './rules.ts'
import {defaultZoneKey} from './zone-cells.ts'

/** `drafts` are the rows that are good so far: panels among them count as known. */
export function zoneFindings(drafts: readonly Draft[], current: readonly Device[], mapping: Mapping): Finding[] {
  const zones = drafts.filter(({kind}) => kind === 'zone')
  if (zones.length === 0) return []
  const accounts = new Set<string | undefined>()
  for (const device of [...current, ...drafts]) if (device.kind === 'panel') accounts.add(device.account)
  const rewritten = new Set(zones.map(({key}) => key))
  const taken = new Map<string, string>()
  for (const device of current) {
    if (device.kind === 'zone' && !rewritten.has(device.key)) taken.set(placeOf(device), device.key)
  }
  return zones.flatMap((draft) => {
    if (!accounts.has(draft.account)) return [finding(draft, 'account-unknown', 'account', draft.account, mapping)]
    const owner = taken.get(placeOf(draft))
    return owner === undefined ? [] : [finding(draft, 'zone-taken', 'zone', owner, mapping)]
  })
}

function placeOf({account = '', partition, zone = ''}: Draft | Zone): string {
  return defaultZoneKey(account, {...(partition && {partition}), zone})
}

function finding({line}: Draft, rule: RuleId, field: Field, value: string | undefined, {fields}: Mapping): Finding {
  const [column] = fields[field] ?? []
  return {
    line,
    ...(column && {column: column.name, letter: column.letter}),
    ...(value !== undefined && {value: safeText(value, MAX_VALUE)}),
    rule,
    severity: RULES[rule],
  }
}
