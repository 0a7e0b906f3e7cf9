/** Reads what a probe says of its camera. */
import {MAX_TEXT} from '../../lib/safe-text.ts'
import {CAUSES, type Cause} from '../../model/cause.ts'
import {type ProbeVerdict, VERDICTS} from '../../model/probe.ts'
import {type Fields, present} from './fields.ts'

/** Throws CW_BAD_VALUE naming the member. */
export function probeVerdict(data: Fields): Omit<ProbeVerdict, 'camera'> {
  return {
    verdict: data.oneOf('verdict', VERDICTS),
    at: data.integer('at', 0),
    ...present({
      cause: data.has('cause') ? data.oneOf('cause', Object.keys(CAUSES) as Cause[]) : undefined,
      detail: data.optionalText('detail', MAX_TEXT),
    }),
  }
}
