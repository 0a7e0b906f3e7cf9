/** Does the same to alarms one by one, each at the version that it has now; one that fails does not stop the others. */
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Alarm} from '../model/alarm.ts'

/** What this needs of a platform; platform/client.ts happens to satisfy it. */
export interface AlarmDesk {
  alarm(id: number): Promise<Alarm | undefined>
}

export interface ActOutcome {
  /** As it was given. */
  readonly id: string
  /** `asked`: a platform below has been asked and has not answered yet. */
  readonly outcome: 'done' | 'asked' | 'failed'
  /** The alarm after it; absent when failed. */
  readonly alarm?: Alarm
  readonly error?: CitywatchError
}

/**
 * One outcome an id, in order. `deed` does it to one alarm and gives the alarm after it; its CW_CONFLICT and CW_BAD_VALUE
 * are outcomes. Throws only what concerns them all: no platform, no authentication.
 */
export async function* actOnEach(
  desk: AlarmDesk,
  ids: AsyncIterable<string>,
  deed: (alarm: Alarm) => Promise<Alarm>,
): AsyncGenerator<ActOutcome> {
  for await (const id of ids) {
    try {
      const alarm = await deed(await alarmOf(desk, id))
      yield {id: safeText(id, 80), outcome: alarm.pending ? 'asked' : 'done', alarm}
    } catch (error) {
      if (!isCitywatchError(error, 'CW_CONFLICT') && !isCitywatchError(error, 'CW_BAD_VALUE')) throw error
      yield {id: safeText(id, 80), outcome: 'failed', error}
    }
  }
}

/** The alarm that a person names. Throws CW_BAD_VALUE when there is none. */
export async function alarmOf(desk: AlarmDesk, text: string): Promise<Alarm> {
  const id = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
  const alarm = id === undefined ? undefined : await desk.alarm(id)
  if (alarm) return alarm
  throw new CitywatchError('CW_BAD_VALUE', {
    field: 'alarm',
    value: safeText(text, 80),
    expected: 'the id of an alarm',
  })
}
