/** Reads log positions that came over the network as objects. */
import type {Position} from '../../model/log-entry.ts'
import {Fields} from './fields.ts'

/** Throws CW_BAD_VALUE. */
export function position(value: unknown, where: string): Position {
  const fields = new Fields(value, where)
  return {epoch: epoch(fields), seq: fields.integer('seq', 0)}
}

/** Throws CW_BAD_VALUE. */
export function epoch(fields: Fields): string {
  return fields.matching('epoch', /^[0-9a-z]{1,64}$/, 'the name of a log')
}
