/** Makes a schedule of what the flags say. */
import {durationText, parseDuration} from '../../lib/duration.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {bad} from '../../lib/fields.ts'
import {isWithin} from '../../model/jurisdiction.ts'
import {MAX_EVERY_MS, MAX_KEEP_MS, MIN_EVERY_MS, MIN_KEEP_MS, type Schedule} from '../../model/schedule.ts'
import type {PlatformClient} from '../../platform/client.ts'
import {prefixOf} from '../access.ts'
import {type PlatformChoice, platformClient} from '../context.ts'
import {byWhom} from './add.ts'
import {type ProbeWorkFlags, probeWork} from './work-flags.ts'

export interface ScheduleFlags extends PlatformChoice, ProbeWorkFlags {
  readonly every: string
  readonly keep: string
  readonly jurisdiction?: string | undefined
  readonly by?: string | undefined
}

/** Throws CW_BAD_VALUE, CW_USAGE when no camera is meant, and what the client throws. */
export async function addSchedule(name: string, flags: ScheduleFlags): Promise<Schedule> {
  const everyMs = within('--every', flags.every, MIN_EVERY_MS, MAX_EVERY_MS)
  const keepMs = within('--keep', flags.keep, MIN_KEEP_MS, MAX_KEEP_MS)
  const jurisdiction = prefixOf(flags.jurisdiction ?? '')
  const client = await platformClient(flags)
  // Turns without a camera would look like a city without a fault.
  if (!(await hasCamera(client, jurisdiction)))
    throw new CitywatchError('CW_USAGE', {detail: 'the inventory has no such camera'})
  const [work, by] = [probeWork(flags, true), byWhom(flags.by)]
  return client.jobs.putSchedule({name, work, by, maxTries: flags['max-tries'], everyMs, keepMs, jurisdiction})
}

async function hasCamera(client: PlatformClient, jurisdiction: string): Promise<boolean> {
  for await (const camera of client.devices('camera')) if (isWithin(camera.jurisdiction, jurisdiction)) return true
  return false
}

function within(field: string, text: string, min: number, max: number): number {
  const ms = parseDuration(text, field)
  if (ms >= min && ms <= max) return ms
  throw bad(field, durationText(ms), `${durationText(min)} to ${durationText(max)}`)
}
