/** Probe reports as a command prints them: with progress on standard error, evidence on disk and ffprobe's opinion where asked for. */
import type {Opinion} from '../camera/media-tools.ts'
import type {ProbeTarget} from '../camera/probe-options.ts'
import type {Clock} from '../lib/clock.ts'
import type {ProbeReport, Verdict} from '../model/probe.ts'
import {opinionOf} from './camera-media.ts'
import {type EvidenceFolder, evidenceIn} from './evidence.ts'
import {type ProbeRunOptions, probeRun} from './probe-run.ts'
import {progress} from './progress.ts'

export type JudgedReport = ProbeReport & {readonly ffprobe?: Opinion | null}

export interface ReportOptions extends Omit<ProbeRunOptions, 'keepBytes' | 'evidence' | 'enough'> {
  readonly ffprobe: boolean
  /** Folder for what was seen; absent: nothing is kept. */
  readonly evidenceFolder?: string | undefined
  /** No camera is begun after so many that are not well; absent: all are. */
  readonly maxFailures?: number | undefined
  /** Every report is also put here: the summary needs them all, whatever the output format keeps. */
  readonly seen: ProbeReport[]
}

/** Enough of a stream for ffprobe to name it. */
const PICTURE_BYTES = 512 * 1024
const FAILURES: readonly Verdict[] = ['sick', 'dead', 'unknown']

/** Throws CW_IO, CW_DISK_FULL when evidence cannot be kept. */
export async function* probeReports(
  targets: Iterable<ProbeTarget>,
  clock: Clock,
  {evidenceFolder, maxFailures = Number.POSITIVE_INFINITY, ...options}: ReportOptions,
): AsyncGenerator<JudgedReport> {
  const bar = progress(() => clock.now())
  const counts = {done: 0, healthy: 0, failed: 0}
  const enough = new AbortController()
  const evidence = evidenceFolder === undefined ? undefined : openEvidence(evidenceFolder, clock)
  try {
    for await (const {report, picture} of probeRun(targets, clock, {
      ...options,
      keepBytes: options.ffprobe ? PICTURE_BYTES : 0,
      enough: enough.signal,
      ...(evidence ? {evidence: evidence.open} : {}),
    })) {
      options.seen.push(report)
      counts.done += 1
      if (report.verdict === 'healthy') counts.healthy += 1
      if (FAILURES.includes(report.verdict) && ++counts.failed >= maxFailures) enough.abort(ENOUGH)
      bar.step(`${counts.done} cameras asked, ${counts.healthy} healthy`)
      const judged = options.ffprobe ? {...report, ffprobe: await opinionOf(picture, report.stream)} : report
      evidence?.close(judged)
      yield judged
    }
  } finally {
    bar.end()
  }
}

const ENOUGH = 'enough cameras have failed'

/** Opens a folder for each camera that is asked, and puts its report there in the end. */
function openEvidence(root: string, clock: Clock) {
  const opened = new Map<string, EvidenceFolder>()
  const openFolder = evidenceIn(root, clock)
  return {
    open(target: ProbeTarget) {
      const folder = openFolder(target)
      opened.set(folder.folder, folder)
      return folder
    },
    close(report: JudgedReport) {
      if (report.evidence === undefined) return
      opened.get(report.evidence)?.report(report)
      opened.delete(report.evidence)
    },
  }
}
