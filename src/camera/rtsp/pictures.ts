/** Pictures as they come out of RTP packets, whatever their codec. */
import type {RtpPacket} from '../../protocol/rtp/packet.ts'

export interface Picture {
  readonly timestamp: number
  /** Bytes of its RTP payloads. */
  readonly bytes: number
  /** Decoding can begin here. Only of a whole picture. */
  readonly key: boolean
  /** Nothing of it is known to be missing. */
  readonly whole: boolean
}

/** What the parameter sets or headers say. */
export interface PictureFacts {
  readonly profile?: string
  readonly width?: number
  readonly height?: number
}

export interface PictureReader {
  /**
   * The pictures that end with this packet: none, one, or two when it also begins a new time stamp. `gap`: packets before it
   * are missing. What cannot be read makes its picture damaged.
   */
  push(packet: RtpPacket, gap: boolean): Picture[]
  /** Throws DeviceFailure `stream-mismatch` when what must be known of the pictures cannot be read. */
  facts(): PictureFacts
  /** The first key frame as bytes that a player reads, at most `maxBytes`; undefined when there is none. */
  kept(maxBytes: number): Buffer | undefined
}
