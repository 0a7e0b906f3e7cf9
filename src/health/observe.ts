/** From a probe's report to the observation that is kept. */
import {present} from '../lib/fields.ts'
import {type CameraFacts, type Observation, parseObservation} from './observation.ts'
import type {ProbedCamera} from './probe-report.ts'

const LETTERS = {ok: 'o', warn: 'w', fail: 'f', skipped: 's'} as const

/** `facts`: what the inventory says; nothing where it does not know the camera. Throws CW_BAD_VALUE for a report that contradicts itself. */
export function observe(report: ProbedCamera, facts: CameraFacts = {jurisdiction: ''}): Observation {
  const {checks, stream, identity} = report
  const stopped = checks.findLast(({status}) => status === 'fail')?.cause
  const reach = checks.find(({name}) => name === 'reach')
  // Read back as from a file: the store never holds what it would not read.
  return parseObservation({
    v: 1,
    ...facts,
    ...present({name: facts.name ?? report.name, maker: facts.maker ?? identity?.manufacturer}),
    camera: report.camera,
    at: report.at,
    verdict: report.verdict,
    checks: checks.map(({status}) => LETTERS[status]).join(''),
    ...present({
      cause: report.cause,
      stopped: stopped === report.cause ? undefined : stopped,
      signalMs: reach && (reach.status === 'ok' || reach.status === 'warn') ? Math.max(0, reach.durationMs) : undefined,
      firstPacketMs: stream?.firstPacketMs,
      keyFrameMs: stream?.firstKeyFrameMs,
      packets: stream?.packets,
      lost: stream?.lost,
      clockMs: report.clockOffsetMs,
      clockUncertaintyMs: report.clockUncertaintyMs,
      osd: report.osd,
      retentionDays: report.retentionDays,
    }),
  })
}
