/** One kind of facts: how it is asked for, and where its rows are kept. */
import type {Alarm} from '../../../model/alarm.ts'
import {type Facts, partsOf, type Wants} from './facts.ts'
import type {Row} from './link.ts'
import type {Params} from './params.ts'

export interface FactKind {
  /** Rows of (id, key, account, state, seq); none for what is not wanted. */
  readonly select: (wants: Wants, params: Params) => string
  /** Until a row says otherwise there is none of what was asked for. */
  readonly asked: (facts: Facts, wants: Wants) => void
  readonly keep: (facts: Facts, row: Row) => void
}

/** Names as two columns. */
export function namesOf(names: ReadonlySet<string>, params: Params): {readonly kinds: string; readonly keys: string} {
  const parts = [...names].map(partsOf)
  return {kinds: params.texts(parts.map(({kind}) => kind)), keys: params.texts(parts.map(({key}) => key))}
}

export function none<Key>(facts: Map<Key, unknown>, wanted: ReadonlySet<Key>): void {
  for (const key of wanted) facts.set(key, null)
}

export function nothing<Key>(
  facts: Map<Key, readonly never[]> | Map<Key, readonly unknown[]>,
  wanted: ReadonlySet<Key>,
): void {
  for (const key of wanted) facts.set(key, [])
}

export function append<Key, Value>(map: Map<Key, readonly Value[]>, key: Key, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

export function keepAlarm({alarms}: Facts, {id, key, state, seq}: Row): void {
  alarms.set(Number(id), {key: String(key), seq: Number(seq), alarm: JSON.parse(String(state)) as Alarm})
}
