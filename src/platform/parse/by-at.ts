/** Reads who did something, and when. */
import {MAX_NAME} from '../../lib/safe-text.ts'
import type {Fields} from './fields.ts'

/** Throws CW_BAD_VALUE naming the member. */
export function byAt(fields: Fields) {
  return {by: fields.text('by', MAX_NAME), at: fields.integer('at', 0)}
}
