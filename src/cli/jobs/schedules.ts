/** Makes a schedule of what the flags say. */
import {parseDuration} from '../../lib/duration.ts'
import type {Schedule} from '../../model/schedule.ts'
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

/** Throws CW_BAD_VALUE, and what the client throws. */
export async function addSchedule(name: string, flags: ScheduleFlags): Promise<Schedule> {
  const {jobs} = await platformClient(flags)
  return jobs.putSchedule({
    ...{name, work: probeWork(flags, true), by: byWhom(flags.by), maxTries: flags['max-tries']},
    everyMs: parseDuration(flags.every, '--every'),
    keepMs: parseDuration(flags.keep, '--keep'),
    jurisdiction: prefixOf(flags.jurisdiction ?? ''),
  })
}
