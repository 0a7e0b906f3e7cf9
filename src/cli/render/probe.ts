/** How probe reports look: one row a camera, then the count of each verdict and cause, worst first. */
import {CAUSES, type Cause} from '../../model/cause.ts'
import type {ProbeReport, Verdict} from '../../model/probe.ts'
import {VERDICTS} from '../../model/probe.ts'
import {CAUSE_WORDS} from '../i18n/causes.ts'
import type {Language} from '../i18n/language.ts'
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
  {name: 'level', header: 'LEVEL', wide: true, value: ({level}) => level},
  {name: 'fps', header: 'FPS', wide: true, value: ({stream}) => stream?.measured?.frameRate},
  {name: 'kbps', header: 'KBIT/S', wide: true, value: ({stream}) => thousands(stream?.measured?.bitRate)},
  {name: 'jitter', header: 'JITTER MS', wide: true, value: ({stream}) => stream?.measured?.jitterMs},
  {name: 'lost', header: 'LOST', wide: true, value: ({stream}) => stream?.lost},
  {name: 'evidence', header: 'EVIDENCE', wide: true, value: ({evidence}) => evidence},
  {name: 'ms', header: 'MS', value: ({durationMs}) => durationMs},
  {name: 'measured', header: 'MEASURED', wide: true, value: measuredOf},
]

export interface ProbeSummary {
  readonly cameras: number
  /** Cameras that the run ended before; absent: none. */
  readonly notAsked?: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Cameras by cause, most frequent first. */
  readonly causes: Readonly<Record<string, number>>
}

/** `targets`: how many cameras there were to ask; absent: as many as reports. */
export function summarise(reports: Iterable<ProbeReport>, targets?: number): ProbeSummary {
  const verdicts: Record<Verdict, number> = {healthy: 0, answers: 0, impaired: 0, sick: 0, dead: 0, unknown: 0}
  const causes = new Map<string, number>()
  let cameras = 0
  for (const {verdict, cause} of reports) {
    cameras += 1
    verdicts[verdict] += 1
    if (cause) causes.set(cause, (causes.get(cause) ?? 0) + 1)
  }
  const notAsked = Math.max(0, (targets ?? cameras) - cameras)
  const sorted = Object.fromEntries([...causes].sort(([, m], [, n]) => n - m))
  return {cameras, ...(notAsked > 0 ? {notAsked} : {}), verdicts, causes: sorted}
}

/** Every camera was asked, and each did all that it was asked for, without a warning. */
export function isWell({cameras, notAsked = 0, verdicts, causes}: ProbeSummary): boolean {
  return notAsked === 0 && verdicts.healthy + verdicts.answers === cameras && Object.keys(causes).length === 0
}

/** `200 cameras: 179 healthy, 1 impaired, 14 sick, 6 dead` and a line for each cause: how many, and what to do about it. */
export function summaryLines(summary: ProbeSummary, language: Language): string {
  const advice = Object.entries(summary.causes).map(([cause, count]) => {
    const words = isCause(cause) ? CAUSE_WORDS[language][cause] : ''
    return `${String(count).padStart(6)}  ${cause.padEnd(16)}  ${words}`
  })
  return [verdictLine(summary), ...advice].join('\n')
}

/** `200 cameras: 179 healthy, 1 impaired, 14 sick, 6 dead` */
export function verdictLine({cameras, notAsked, verdicts}: ProbeSummary): string {
  const counts = VERDICTS.filter((verdict) => verdicts[verdict] > 0).map((verdict) => `${verdicts[verdict]} ${verdict}`)
  if (notAsked) counts.push(`${notAsked} more not asked`)
  return `${cameras} ${cameras === 1 ? 'camera' : 'cameras'}: ${counts.join(', ') || 'none'}`
}

function thousands(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value / 1_000)
}

function isCause(name: string): name is Cause {
  return Object.hasOwn(CAUSES, name)
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

/** `25/s, 498 kbit/s, key frame every 1000 ms, 0 lost, jitter 0.4 ms` */
function measuredOf({stream}: ProbeReport): string | undefined {
  const {measured, audio, lost} = stream ?? {}
  if (!measured) return undefined
  const {frameRate, bitRate, keyFrameIntervalMs, jitterMs, damaged} = measured
  const parts = [
    frameRate === undefined ? undefined : `${frameRate}/s`,
    bitRate === undefined ? undefined : `${Math.round(bitRate / 1_000)} kbit/s`,
    keyFrameIntervalMs === undefined ? undefined : `key frame every ${keyFrameIntervalMs} ms`,
    `${lost} lost`,
    damaged > 0 ? `${damaged} damaged` : undefined,
    `jitter ${jitterMs} ms`,
    audio ? `${audio.codec}${audio.packets === 0 ? ' silent' : ''}` : undefined,
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}
