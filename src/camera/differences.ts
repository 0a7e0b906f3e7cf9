/** Compares what a camera declares of its stream with what it sends. Pure; the tolerances are ours (docs/decisions/0016). */
import {safeText} from '../lib/safe-text.ts'
import type {StreamDifference, StreamFacts} from '../model/probe.ts'

/** What somebody says that the pictures are like. */
export interface Declared {
  readonly by: StreamDifference['by']
  /** As it was spelled: `H264`, `JPEG`, `MPV4-ES`. */
  readonly codec?: string
  readonly width?: number
  readonly height?: number
  /** Pictures a second. */
  readonly frameRate?: number
  /** Kilobits a second; a limit, not a promise. */
  readonly bitRateKbps?: number
  /** Pictures from one key frame to the next. */
  readonly groupLength?: number
}

/** How far a measured number may be from the declared one. */
const TOLERANCE = {
  /** Encoders fill up to whole blocks and some do not say so. Pixels, upward only. */
  sizePixels: 15,
  /** Parts of the declared frame rate, either way. */
  frameRate: 0.2,
  /** Parts of the declared bit rate, upward only: it is a limit. */
  bitRate: 0.5,
  /** Parts of the declared interval, upward only: a shorter one costs bits and no pictures. */
  groupLength: 0.5,
} as const

/** Names that mean one codec. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['HEVC', 'H265'],
  ['MJPEG', 'JPEG'],
  ['MPEG4', 'MP4V-ES'],
  ['MPV4-ES', 'MP4V-ES'],
])

/** Every difference, in the order of `declared`. What was not measured is not compared. */
export function differencesOf(declared: readonly Declared[], facts: StreamFacts): StreamDifference[] {
  return declared.flatMap((one) => [
    ...codecDifference(one, facts),
    ...sizeDifference(one, facts),
    ...frameRateDifference(one, facts),
    ...bitRateDifference(one, facts),
    ...intervalDifference(one, facts),
  ])
}

/** One line for a person: `size 640×360 declared (sdp), 1280×720 measured; …`. */
export function differenceWords(differences: readonly StreamDifference[]): string {
  return differences
    .map(({what, by, declared, measured}) => `${what} ${declared} declared (${by}), ${measured} measured`)
    .join('; ')
}

function codecDifference({by, codec}: Declared, facts: StreamFacts): StreamDifference[] {
  const name = (text: string) => SAME.get(text.toUpperCase()) ?? text.toUpperCase()
  if (codec === undefined || name(codec) === name(facts.codec)) return []
  return [difference('codec', by, codec, facts.codec)]
}

function sizeDifference({by, width, height}: Declared, facts: StreamFacts): StreamDifference[] {
  if (!width || !height || facts.width === undefined || facts.height === undefined) return []
  const near = (said: number, seen: number) => seen >= said && seen - said <= TOLERANCE.sizePixels
  if (near(width, facts.width) && near(height, facts.height)) return []
  return [difference('size', by, `${width}×${height}`, `${facts.width}×${facts.height}`)]
}

function frameRateDifference({by, frameRate: said}: Declared, {measured}: StreamFacts): StreamDifference[] {
  const seen = measured?.frameRate
  if (!said || seen === undefined || Math.abs(seen - said) <= said * TOLERANCE.frameRate) return []
  return [difference('frame-rate', by, `${said}/s`, `${seen}/s`)]
}

function bitRateDifference({by, bitRateKbps: said}: Declared, {measured}: StreamFacts): StreamDifference[] {
  const seen = measured?.bitRate === undefined ? undefined : Math.round(measured.bitRate / 1_000)
  if (!said || seen === undefined || seen <= said * (1 + TOLERANCE.bitRate)) return []
  return [difference('bit-rate', by, `${said} kbit/s`, `${seen} kbit/s`)]
}

function intervalDifference({by, groupLength: said}: Declared, {measured}: StreamFacts): StreamDifference[] {
  const seen = measured?.keyFrameIntervalPictures
  if (!said || seen === undefined || seen <= said * (1 + TOLERANCE.groupLength)) return []
  return [difference('key-frame-interval', by, `${said} pictures`, `${seen} pictures`)]
}

function difference(
  what: StreamDifference['what'],
  by: StreamDifference['by'],
  declared: string,
  measured: string,
): StreamDifference {
  return {what, by, declared: safeText(declared, 40), measured: safeText(measured, 40)}
}
