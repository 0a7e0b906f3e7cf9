/** `health history`: the score day by day, or everything that was observed of one camera. */
import {type DayScore, daysScored} from '../health/history.ts'
import type {Observation} from '../health/observation.ts'
import {percentText, rateIn} from '../health/score.ts'
import {storedDays} from '../health/store/read.ts'
import {order} from '../health/tally.ts'
import type {Code} from '../health/tree.ts'
import {
  type Counted,
  counted,
  isChosen,
  observationsFolder,
  profileNamed,
  type ScoreChoice,
  within,
} from './health-store.ts'
import {rateText, stamp} from './render/health.ts'
import type {Column} from './render/rows.ts'

const CODES: readonly Code[] = ['A11', 'A12', 'A13', 'A14', 'B32', 'C11', 'C12', 'CLK', 'RET']

/** Days, oldest first. Throws what `counted` throws. */
export async function historyDays(
  choice: ScoreChoice,
  now: number,
): Promise<{readonly tally: Counted; readonly days: readonly DayScore[]}> {
  const tally = await counted(choice, now)
  return {tally, days: daysScored(tally)}
}

export function dayColumns({profile}: Pick<Counted, 'profile'>): readonly Column<DayScore>[] {
  return [
    {name: 'from', header: 'FROM', value: ({from}) => stamp(from)},
    {name: 'score', header: 'SCORE', value: ({score}) => percentText(score.earned, score.judged)},
    {name: 'cameras', header: 'CAMERAS', value: ({score}) => score.cameras},
    ...CODES.map((code) => ({
      name: code.toLowerCase(),
      header: code,
      value: ({cells}: DayScore) => rateText(rateIn(cells, code, profile)),
    })),
  ]
}

/** What was stored of one camera, oldest first. */
export async function* cameraHistory(camera: string, choice: ScoreChoice, now: number): AsyncGenerator<Observation> {
  await profileNamed(choice.profile)
  const folder = observationsFolder(choice)
  const period = await within(folder, choice, now)
  for await (const {observations} of storedDays(folder, period)) {
    const own = observations.filter(
      (one) => one.camera === camera && one.at >= period.from && one.at < period.to && isChosen(one, choice),
    )
    yield* own.sort((one, other) => one.at - other.at || order(one.checks, other.checks))
  }
}

export const OBSERVATION_COLUMNS: readonly Column<Observation>[] = [
  {name: 'at', header: 'AT', value: ({at}) => stamp(at)},
  {name: 'verdict', header: 'VERDICT', value: ({verdict}) => verdict},
  {name: 'cause', header: 'CAUSE', value: ({cause}) => cause},
  {name: 'checks', header: 'CHECKS', value: ({checks}) => checks},
  {name: 'clock', header: 'CLOCK', value: clockText},
  {name: 'signal', header: 'ANSWER MS', value: ({signalMs}) => signalMs && Math.round(signalMs)},
  {name: 'key-frame', header: 'KEY FRAME MS', value: ({keyFrameMs}) => keyFrameMs && Math.round(keyFrameMs)},
  {name: 'lost', header: 'LOST', value: ({lost}) => lost},
  {name: 'retention', header: 'RETENTION DAYS', value: ({retentionDays}) => retentionDays},
]

/** `-3000 ± 20 ms` */
function clockText({clockMs, clockUncertaintyMs}: Observation): string | undefined {
  if (clockMs === undefined) return undefined
  return `${Math.round(clockMs)}${clockUncertaintyMs === undefined ? '' : ` ± ${Math.round(clockUncertaintyMs)}`} ms`
}
