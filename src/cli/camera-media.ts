/** `camera media`: what each profile declares, what we measure of it, and what ffprobe makes of the same bytes. */
import {type MeasuredProfile, measuredProfiles} from '../camera/measured-profiles.ts'
import type {Opinion} from '../camera/media-tools.ts'
import type {Host, Visited, VisitOptions} from '../camera/visit.ts'
import type {StreamFacts} from '../model/probe.ts'
import type {Column} from './render/rows.ts'

export type MediaReport = Omit<MeasuredProfile, 'picture'> & {
  /** Null: ffprobe is not installed, or saw no video in what was received. */
  readonly ffprobe: Opinion | null
  /** Codec and size are the same to us and to ffprobe; absent when one of us has seen nothing. */
  readonly agrees?: boolean
}

export interface MediaChoice {
  readonly profile?: string | undefined
  readonly measureMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
}

/** One profile of one camera. */
export type MediaRow = Omit<Visited<never>, 'result'> & {readonly media?: MediaReport}

const PICTURE_BYTES = 1024 * 1024

/** Throws DeviceFailure. */
export async function mediaOf(host: Host, choice: MediaChoice, options: VisitOptions): Promise<MediaReport[]> {
  const {timeoutMs, clock, signal, trust} = options
  const {measureMs, transport} = choice
  const measured = await measuredProfiles(
    host,
    {...{timeoutMs, measureMs, transport, clock, signal}, keepBytes: PICTURE_BYTES, ...(trust ? {trust} : {})},
    choice.profile,
  )
  const reports: MediaReport[] = []
  for (const {picture, ...rest} of measured) {
    const ffprobe = await opinionOf(picture, rest.stream)
    const agrees = ffprobe && rest.stream ? isSame(ffprobe, rest.stream) : undefined
    reports.push({...rest, ffprobe, ...(agrees === undefined ? {} : {agrees})})
  }
  return reports
}

/** Null: ffprobe is not installed, or saw no video in what was received. */
export async function opinionOf(
  picture: Uint8Array | undefined,
  stream: StreamFacts | undefined,
): Promise<Opinion | null> {
  if (!picture || !stream) return null
  const {secondOpinion} = await import('../camera/media-tools.ts')
  return (await secondOpinion(picture, formatOf(stream.codec))) ?? null
}

function formatOf(codec: string): 'h264' | 'hevc' | 'mjpeg' {
  if (/265|hevc/i.test(codec)) return 'hevc'
  return /jpeg/i.test(codec) ? 'mjpeg' : 'h264'
}

function isSame(opinion: Opinion, stream: StreamFacts): boolean {
  return opinion.codec === formatOf(stream.codec) && opinion.width === stream.width && opinion.height === stream.height
}

/** A row a profile; one without a profile for a camera that failed. */
export function rowsOf({result, ...camera}: Visited<readonly MediaReport[]>): MediaRow[] {
  return result ? result.map((media) => ({...camera, media})) : [camera]
}

/** Every profile of every camera was measured, is as declared, and looks the same to ffprobe. */
export function isSound({media, cause}: MediaRow): boolean {
  return (
    cause === undefined &&
    media?.stream !== undefined &&
    !media.cause &&
    !media.stream.differences &&
    media.agrees !== false
  )
}

export const MEDIA_COLUMNS: readonly Column<MediaRow>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'profile', header: 'PROFILE', value: ({media}) => media?.profile.token},
  {name: 'declared', header: 'DECLARED', value: ({media}) => media && picture(media.profile)},
  {name: 'measured', header: 'MEASURED', value: ({media}) => media?.stream && picture(media.stream)},
  {name: 'fps', header: 'FPS', value: ({media}) => media?.stream?.measured?.frameRate},
  {name: 'kbps', header: 'KBIT/S', value: ({media}) => thousands(media?.stream?.measured?.bitRate)},
  {name: 'key-frame', header: 'KEY FRAME MS', value: ({media}) => whole(media?.stream?.firstKeyFrameMs)},
  {name: 'gop', header: 'GOP', value: ({media}) => media?.stream?.measured?.keyFrameIntervalPictures},
  {name: 'lost', header: 'LOST', value: ({media}) => media?.stream?.lost},
  {name: 'jitter', header: 'JITTER MS', value: ({media}) => media?.stream?.measured?.jitterMs},
  {name: 'sound', header: 'SOUND', value: ({media}) => media?.stream?.audio?.codec},
  {name: 'ffprobe', header: 'FFPROBE', value: ({media}) => (media?.ffprobe ? picture(media.ffprobe) : undefined)},
  {
    name: 'agrees',
    header: 'AGREES',
    value: ({media}) => (media?.agrees === undefined ? undefined : media.agrees ? 'yes' : 'no'),
  },
  {name: 'cause', header: 'CAUSE', value: ({cause, media}) => cause ?? media?.cause},
  {name: 'detail', header: 'DETAIL', value: ({detail, media}) => detail ?? media?.detail ?? differences(media)},
]

function picture({codec, width, height}: {codec?: string; width?: number; height?: number}): string {
  return [codec, width === undefined ? undefined : `${width}×${height}`].filter(Boolean).join(' ')
}

function differences(media: MediaReport | undefined): string | undefined {
  return media?.stream?.differences
    ?.map(({what, by, declared, measured}) => `${what}: ${declared} (${by}), ${measured} measured`)
    .join('; ')
}

function thousands(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value / 1_000)
}

function whole(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value)
}
