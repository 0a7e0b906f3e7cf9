/** `alarm handoff`: what its flags record, at the versions that are now. */
import {alarmOf} from '../alarm/act-each.ts'
import {CitywatchError} from '../lib/errors.ts'
import {MAX_TEXT, safeText} from '../lib/safe-text.ts'
import type {Handing, Handoff} from '../model/handoff.ts'
import type {PlatformClient} from '../platform/client.ts'
import {nameOf, words} from './alarm-wish.ts'

export interface HandoverFlags {
  readonly how: Handing['how']
  readonly to: string
  readonly what: string
  readonly again?: string | undefined
  readonly by?: string | undefined
}

/** Throws CW_BAD_VALUE, CW_CONFLICT, and what the platform throws. */
export async function handOver(client: PlatformClient, alarm: string, flags: HandoverFlags): Promise<Handoff> {
  const {how, to, what, again, by} = flags
  const {id, version} = await alarmOf(client, alarm)
  return client.handOver({
    alarm: id,
    version,
    by: nameOf(by),
    how,
    to: words('--to', to),
    what: words('--what', what, MAX_TEXT),
    ...(again === undefined ? {} : {again: words('--again', again, MAX_TEXT)}),
  })
}

/** Throws CW_BAD_VALUE, CW_CONFLICT, and what the platform throws. */
export async function answerHandoff(
  client: PlatformClient,
  number: string,
  {text, by}: {readonly text: string; readonly by?: string | undefined},
): Promise<Handoff> {
  const {id, version} = await handoffOf(client, number)
  return client.answerHandoff({id, version, by: nameOf(by), text: words('--text', text, MAX_TEXT)})
}

/** Throws CW_BAD_VALUE, CW_CONFLICT, and what the platform throws. */
export async function dropHandoff(
  client: PlatformClient,
  number: string,
  {reason, by}: {readonly reason: string; readonly by?: string | undefined},
): Promise<Handoff> {
  const {id, version} = await handoffOf(client, number)
  return client.dropHandoff({id, version, by: nameOf(by), reason: words('--reason', reason, MAX_TEXT)})
}

/** Throws CW_BAD_VALUE when there is none. */
async function handoffOf(client: PlatformClient, text: string): Promise<Handoff> {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
  const handoff = id === undefined ? undefined : await client.handoff(id)
  if (handoff) return handoff
  const expected = 'the number of a hand-over'
  throw new CitywatchError('CW_BAD_VALUE', {field: 'handoff', value: safeText(text, 80), expected})
}
