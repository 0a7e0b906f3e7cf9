/** Reads the parameters of a request's address. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import {jurisdiction} from './device.ts'
import {bad, Fields} from './fields.ts'

/** Throws CW_BAD_VALUE. */
export function whole(query: URLSearchParams, name: string, min: number, max: number, absent: number): number {
  const text = query.get(name)
  if (text === null) return absent
  const value = /^\d{1,16}$/.test(text) ? Number(text) : text
  return new Fields({[name]: value}, '').integer(name, min, max)
}

/** Throws CW_BAD_VALUE. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)
  if (text !== null && text !== 'true' && text !== 'false') throw bad(name, text, 'true or false')
  return text === 'true'
}

/** The subtree that is asked for; '' for all. Throws CW_BAD_VALUE. */
export function within(query: URLSearchParams): Jurisdiction {
  return query.has('jurisdiction') ? jurisdiction(new Fields({jurisdiction: query.get('jurisdiction')}, '')) : ''
}
