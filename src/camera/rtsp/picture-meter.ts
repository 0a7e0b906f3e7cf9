/** Counts pictures from the first key frame on: frame rate, key-frame interval, bit rate, gaps. Times are numbers, no clock. */
import type {MeasuredStream} from '../../model/probe.ts'
import type {Picture} from './pictures.ts'

type PictureNumbers = Omit<MeasuredStream, 'jitterMs' | 'reordered' | 'duplicates' | 'clockOffsetMs'>

export class PictureMeter {
  readonly #clockRate: number
  #startedAt: number | undefined
  #lastAt = 0
  #longestGapMs = 0
  #origin = 0
  /** Time stamps of the newest picture, and the span of all, against the first one's. */
  #newest = 0
  #earliest = 0
  #latest = 0
  #count = 0
  #damaged = 0
  #bytes = 0
  #newestBytes = 0
  /** The newest key frame: its time stamp and place; and the longest way between two. */
  #lastKey: {readonly stamp: number; readonly place: number} | undefined
  #longestKey: {stamps: number; pictures: number} | undefined

  /** `clockRate`: time stamp units a second. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** A picture that ended at `now`, ms. Those before the first key frame are not counted. */
  note(picture: Picture, now: number): void {
    if (this.#startedAt === undefined) {
      if (!picture.key) return
      this.#startedAt = now
      this.#origin = picture.timestamp
    } else this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#lastAt)
    this.#lastAt = now
    const stamp = (picture.timestamp - this.#origin) | 0
    if (this.#count > 0 && stamp === this.#newest) this.#goOn(picture)
    else this.#add(picture, stamp)
    if (picture.key) this.#noteKey(stamp)
  }

  /** Numbers up to `now`, ms. */
  measured(now: number): PictureNumbers {
    const span = (this.#latest - this.#earliest) / this.#clockRate
    const longest = this.#longestKey
    return {
      forMs: Math.round(now - (this.#startedAt ?? now)),
      pictures: this.#count,
      damaged: this.#damaged,
      ...(span > 0 ? {frameRate: round((this.#count - 1) / span, 2)} : {}),
      ...(longest
        ? {
            keyFrameIntervalMs: Math.round((longest.stamps * 1_000) / this.#clockRate),
            keyFrameIntervalPictures: longest.pictures,
          }
        : {}),
      ...(span > 0 ? {bitRate: Math.round(((this.#bytes - this.#newestBytes) * 8) / span)} : {}),
      longestGapMs: Math.round(Math.max(this.#longestGapMs, now - this.#lastAt)),
    }
  }

  /** Some cameras set the marker behind each part of a picture: one time stamp is one picture. */
  #goOn({bytes, whole}: Picture): void {
    this.#bytes += bytes
    this.#newestBytes += bytes
    if (!whole) this.#damaged += 1
  }

  #add({bytes, whole}: Picture, stamp: number): void {
    this.#count += 1
    this.#bytes += bytes
    this.#newestBytes = bytes
    this.#newest = stamp
    this.#earliest = Math.min(this.#earliest, stamp)
    this.#latest = Math.max(this.#latest, stamp)
    if (!whole) this.#damaged += 1
  }

  #noteKey(stamp: number): void {
    const last = this.#lastKey
    if (stamp === last?.stamp) return
    const place = this.#count
    this.#lastKey = {stamp, place}
    if (!last) return
    const {stamps = 0, pictures = 0} = this.#longestKey ?? {}
    this.#longestKey = {
      stamps: Math.max(stamps, stamp - last.stamp),
      pictures: Math.max(pictures, place - last.place),
    }
  }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
