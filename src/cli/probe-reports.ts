/** Probe reports as a command prints them: with progress on standard error and ffprobe's opinion where asked for. */
import type {Opinion} from '../camera/media-tools.ts'
import type {ProbeTarget} from '../camera/probe-options.ts'
import type {Clock} from '../lib/clock.ts'
import type {ProbeReport} from '../model/probe.ts'
import {type ProbeRunOptions, probeRun} from './probe-run.ts'
import {progress} from './progress.ts'

export type JudgedReport = ProbeReport & {readonly ffprobe?: Opinion | null}

export interface ReportOptions extends Omit<ProbeRunOptions, 'keepBytes'> {
  readonly ffprobe: boolean
  /** Every report is also put here: the summary needs them all, whatever the output format keeps. */
  readonly seen: ProbeReport[]
}

/** Enough of a stream for ffprobe to name it. */
const PICTURE_BYTES = 512 * 1024

export async function* probeReports(
  targets: Iterable<ProbeTarget>,
  clock: Clock,
  options: ReportOptions,
): AsyncGenerator<JudgedReport> {
  const bar = progress(() => clock.now())
  const counts = {done: 0, healthy: 0}
  try {
    for await (const {report, picture} of probeRun(targets, clock, {
      ...options,
      keepBytes: options.ffprobe ? PICTURE_BYTES : 0,
    })) {
      options.seen.push(report)
      counts.done += 1
      if (report.verdict === 'healthy') counts.healthy += 1
      bar.step(`${counts.done} cameras asked, ${counts.healthy} healthy`)
      yield options.ffprobe ? {...report, ffprobe: await opinion(report, picture)} : report
    }
  } finally {
    bar.end()
  }
}

/** Null: ffprobe is not installed, or saw no video in what was received. */
async function opinion({stream}: ProbeReport, picture: Buffer | undefined): Promise<Opinion | null> {
  if (!picture || !stream) return null
  const {secondOpinion} = await import('../camera/media-tools.ts')
  return (await secondOpinion(picture, formatOf(stream.codec))) ?? null
}

function formatOf(codec: string): 'h264' | 'hevc' | 'mjpeg' {
  if (/jpeg/i.test(codec)) return 'mjpeg'
  return /265|hevc/i.test(codec) ? 'hevc' : 'h264'
}
