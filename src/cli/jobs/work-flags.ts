/** The flags of what a probe of a bulk job does. */
import * as Flags from '@oclif/core/flags'
import type {JobWork} from '../../model/job.ts'
import {checkFlags} from '../check-flags.ts'
import {timeoutFlag} from '../flags.ts'

export const probeWorkFlags = {
  timeout: timeoutFlag(10_000, 'time for all checks of one camera'),
  ...checkFlags,
  'max-tries': Flags.integer({
    default: 3,
    min: 1,
    max: 100,
    description: 'times that a camera is tried before it is poisoned',
    helpValue: 'N',
  }),
}

export interface ProbeWorkFlags {
  readonly timeout: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  readonly 'max-skew': number
  readonly 'max-tries': number
}

/** `raises`: what becomes of a camera raises and clears its alarm. */
export function probeWork(flags: ProbeWorkFlags, raises: boolean): JobWork & {readonly kind: 'probe'} {
  const {timeout: timeoutMs, transport, 'max-skew': maxSkewMs} = flags
  return {kind: 'probe', timeoutMs, maxSkewMs, transport, ...(raises ? {raises: true as const} : {})}
}
