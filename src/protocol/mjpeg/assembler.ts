/** Puts JPEG pictures together from the payloads of one stream, in order (RFC 2435 §3.1). */
import {CitywatchError} from '../../lib/errors.ts'
import {type JpegFragment, type JpegTables, parseJpegPayload} from './payload.ts'
import {quantisersOf} from './tables.ts'

export interface JpegPicture {
  readonly type: number
  readonly width: number
  readonly height: number
  /** MCUs between restart markers; absent: none. */
  readonly restartInterval?: number
  /** Absent: the stream has never said which they are. */
  readonly tables?: JpegTables
  readonly scan: Buffer
}

/** Largest scan that is put together, bytes. */
export const MAX_JPEG_BYTES = 4 * 1024 * 1024
/** Q values of one stream whose tables are kept. */
const MAX_TABLE_SETS = 8

export class JpegAssembler {
  #first: JpegFragment | undefined
  #parts: Uint8Array[] = []
  #size = 0
  /** Tables by their Q: a picture may leave out those that were sent before. */
  readonly #tables = new Map<number, JpegTables>()

  /**
   * The picture that this payload completes; `marker` is set in its last packet. Throws CW_PROTOCOL_REMOTE for a payload that
   * is none, or that does not go on where the one before it ended: the picture is given up then.
   */
  push(payload: Uint8Array, marker: boolean): JpegPicture | undefined {
    const fragment = this.#read(payload)
    if (fragment.offset === 0) this.#begin(fragment)
    if (!this.#first) return undefined
    if (fragment.offset !== this.#size) throw this.#giveUp(`piece at ${fragment.offset} behind ${this.#size} bytes`)
    this.#size += fragment.data.length
    if (this.#size > MAX_JPEG_BYTES) throw this.#giveUp(`picture larger than ${MAX_JPEG_BYTES} bytes`)
    this.#parts.push(fragment.data)
    return marker ? this.#finish(this.#first) : undefined
  }

  /** Packets are missing: what has been collected of a picture is worthless. */
  lose(): void {
    this.#first = undefined
    this.#parts = []
    this.#size = 0
  }

  #read(payload: Uint8Array): JpegFragment {
    try {
      return parseJpegPayload(payload)
    } catch (error) {
      this.lose()
      throw error
    }
  }

  #begin(fragment: JpegFragment): void {
    this.lose()
    this.#first = fragment
    const {quality, tables} = fragment
    // Q 255: the tables belong to this picture alone.
    if (tables && tables.data.length > 0 && quality !== 255 && this.#tables.size < MAX_TABLE_SETS) {
      this.#tables.set(quality, {...tables, data: Buffer.from(tables.data)})
    }
  }

  #finish(first: JpegFragment): JpegPicture {
    const scan = Buffer.concat(this.#parts)
    this.lose()
    const {type, width, height, restart, quality} = first
    const given = first.tables && first.tables.data.length > 0 ? first.tables : this.#tables.get(quality)
    const tables = quality < 128 ? quantisersOf(quality) : given
    return {
      ...{type, width, height, scan},
      ...(restart && restart.interval > 0 ? {restartInterval: restart.interval} : {}),
      ...(tables ? {tables} : {}),
    }
  }

  #giveUp(detail: string): CitywatchError {
    this.lose()
    return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'JPEG', detail})
  }
}
