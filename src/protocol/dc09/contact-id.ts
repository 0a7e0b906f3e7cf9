/**
 * The data block of ADM-CID: `#acct|QXYZ GG CCC`.
 *
 *   Q    1 new or opening · 3 restore or closing · 6 still present          (SIA DC-05)
 *   XYZ  event · GG partition, 00 none · CCC zone or user, 000 none
 */
import type {Signal} from '../../model/signal.ts'
import {type BlockEvent, plain} from './sia-block.ts'

const QUALIFIERS: Readonly<Record<string, Signal['qualifier']>> = {1: 'new', 3: 'restore', 6: 'status'}
const BLOCK = /^\s*([136])([0-9A-F]{3})\s*([0-9A-F]{2})\s*([0-9A-F]{3})/i

/** `block`: what stands behind `#acct|`. Undefined when it is no Contact ID event. */
export function parseContactId(block: string): BlockEvent | undefined {
  const match = BLOCK.exec(block.toUpperCase())
  const [, q = '', code, group = '', number = ''] = match ?? []
  const qualifier = QUALIFIERS[q]
  if (code === undefined || qualifier === undefined) return undefined
  const partition = plain(group)
  const zone = plain(number)
  return {
    scheme: 'contact-id',
    code,
    qualifier,
    ...(partition === undefined ? {} : {partition}),
    ...(zone === undefined ? {} : {zone}),
  }
}
