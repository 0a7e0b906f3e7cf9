/** The written form of a log position, as cursors and the stream's ids have it: `<epoch>-<seq>`. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Position} from '../model/log-entry.ts'

const POSITION = /^([0-9a-z]{1,64})-(\d{1,15})$/

export function positionText({epoch, seq}: Position): string {
  return `${epoch}-${seq}`
}

/** Throws CW_BAD_VALUE. */
export function parsePosition(text: string, field: string): Position {
  const [, epoch, seq] = POSITION.exec(text) ?? []
  if (epoch === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 80), expected: 'EPOCH-SEQUENCE'})
  }
  return {epoch, seq: Number(seq)}
}
