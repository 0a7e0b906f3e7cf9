/** How probe reports look: one row a camera, then the count of each verdict and cause, worst first. */
import type {ProbeReport, Verdict} from '../../model/probe.ts'
import {VERDICTS} from '../../model/probe.ts'
import type {Column} from './rows.ts'

export const PROBE_COLUMNS: readonly Column<ProbeReport>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'verdict', header: 'VERDICT', value: ({verdict}) => verdict},
  {name: 'cause', header: 'CAUSE', value: ({cause}) => cause},
  {name: 'detail', header: 'DETAIL', value: (report) => worstDetail(report)},
  {name: 'picture', header: 'PICTURE', value: pictureOf},
  {
    name: 'clock',
    header: 'CLOCK',
    wide: true,
    value: ({clockOffsetMs: ms}) => (ms === undefined ? undefined : `${(ms / 1000).toFixed(1)} s`),
  },
  {
    name: 'model',
    header: 'MODEL',
    wide: true,
    value: ({identity}) => identity && `${identity.manufacturer} ${identity.model}`,
  },
  {name: 'firmware', header: 'FIRMWARE', wide: true, value: ({identity}) => identity?.firmware},
  {name: 'serial', header: 'SERIAL', wide: true, value: ({identity}) => identity?.serial},
  {name: 'address', header: 'ADDRESS', wide: true, value: ({xaddr}) => xaddr},
  {name: 'ms', header: 'MS', value: ({durationMs}) => durationMs},
]

export interface ProbeSummary {
  readonly cameras: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Cameras by cause, most frequent first. */
  readonly causes: Readonly<Record<string, number>>
}

export function summarise(reports: Iterable<ProbeReport>): ProbeSummary {
  const verdicts: Record<Verdict, number> = {healthy: 0, impaired: 0, sick: 0, dead: 0, unknown: 0}
  const causes = new Map<string, number>()
  let cameras = 0
  for (const {verdict, cause} of reports) {
    cameras += 1
    verdicts[verdict] += 1
    if (cause) causes.set(cause, (causes.get(cause) ?? 0) + 1)
  }
  return {cameras, verdicts, causes: Object.fromEntries([...causes].sort(([, m], [, n]) => n - m))}
}

/** `200 cameras: 179 healthy, 1 impaired, 14 sick, 6 dead` and, on a second line, the causes. */
export function summaryLines({cameras, verdicts, causes}: ProbeSummary): string {
  const counts = VERDICTS.filter((verdict) => verdicts[verdict] > 0).map((verdict) => `${verdicts[verdict]} ${verdict}`)
  const why = Object.entries(causes).map(([cause, count]) => `${cause} ${count}`)
  const first = `${cameras} ${cameras === 1 ? 'camera' : 'cameras'}: ${counts.join(', ') || 'none'}`
  return why.length === 0 ? first : `${first}\n  ${why.join(' · ')}`
}

function worstDetail({checks}: ProbeReport): string | undefined {
  return (checks.find(({status}) => status === 'fail') ?? checks.find(({status}) => status === 'warn'))?.detail
}

function pictureOf({stream}: ProbeReport): string | undefined {
  if (!stream) return undefined
  const size = stream.width === undefined ? '' : ` ${stream.width}×${stream.height}`
  const time = stream.firstKeyFrameMs === undefined ? '' : ` in ${Math.round(stream.firstKeyFrameMs)} ms`
  return `${stream.codec}${size}${time}`
}
