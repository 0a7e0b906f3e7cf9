/** Acknowledges alarms one by one, each at the version that it has now; one that fails does not stop the others. */
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Alarm} from '../model/alarm.ts'
import type {Acknowledgement} from './lifecycle.ts'

/** What this needs of a platform; platform/client.ts happens to satisfy it. */
export interface AlarmDesk {
  alarm(id: number): Promise<Alarm | undefined>
  /** Throws CW_CONFLICT when the alarm has changed since. */
  ack(request: Acknowledgement & {readonly id: number}): Promise<Alarm>
}

export interface AckOutcome {
  /** As it was given. */
  readonly id: string
  /** `asked`: a platform below has been asked and has not answered yet. */
  readonly outcome: 'acked' | 'closed' | 'asked' | 'failed'
  /** The alarm after it; absent when failed. */
  readonly alarm?: Alarm
  readonly error?: CitywatchError
}

/** One outcome an id, in order. Throws only what concerns them all: no platform, no authentication. */
export async function* acknowledgeEach(
  desk: AlarmDesk,
  ids: AsyncIterable<string>,
  how: Omit<Acknowledgement, 'version'>,
): AsyncGenerator<AckOutcome> {
  for await (const id of ids) {
    try {
      const alarm = await acknowledgeOne(desk, id, how)
      yield {id, outcome: outcomeOf(alarm), alarm}
    } catch (error) {
      if (!isCitywatchError(error, 'CW_CONFLICT') && !isCitywatchError(error, 'CW_BAD_VALUE')) throw error
      yield {id: safeText(id, 80), outcome: 'failed', error}
    }
  }
}

function outcomeOf({handling, pending}: Alarm): AckOutcome['outcome'] {
  if (pending) return 'asked'
  return handling === 'closed' ? 'closed' : 'acked'
}

async function acknowledgeOne(desk: AlarmDesk, text: string, how: Omit<Acknowledgement, 'version'>): Promise<Alarm> {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
  const alarm = id === undefined ? undefined : await desk.alarm(id)
  if (alarm === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: 'alarm',
      value: safeText(text, 80),
      expected: 'the id of an alarm',
    })
  }
  return desk.ack({...how, id: alarm.id, version: alarm.version})
}
