/** JPEG pictures from RTP packets: every whole one can be decoded by itself. */
import {isCitywatchError} from '../../lib/errors.ts'
import {JpegAssembler, type JpegPicture} from '../../protocol/mjpeg/assembler.ts'
import {jpegFile} from '../../protocol/mjpeg/jpeg-file.ts'
import type {RtpPacket} from '../../protocol/rtp/packet.ts'
import type {Picture, PictureFacts, PictureReader} from './pictures.ts'

export class JpegPictures implements PictureReader {
  readonly #assembler = new JpegAssembler()
  #timestamp: number | undefined
  #bytes = 0
  #first: JpegPicture | undefined
  #last: JpegPicture | undefined

  push(packet: RtpPacket, gap: boolean): Picture[] {
    const ended: Picture[] = []
    if (gap) this.#assembler.lose()
    if (packet.timestamp !== this.#timestamp) {
      ended.push(...this.#end(false))
      this.#timestamp = packet.timestamp
    }
    this.#bytes += packet.payload.length
    const picture = this.#read(packet)
    if (picture) {
      this.#first ??= picture
      this.#last = picture
    }
    if (packet.marker) ended.push(...this.#end(picture !== undefined))
    return ended
  }

  /** A side of 0 is one larger than the header can say: nothing is given then. */
  facts(): PictureFacts {
    const {width = 0, height = 0} = this.#last ?? {}
    return width > 0 && height > 0 ? {width, height} : {}
  }

  kept(maxBytes: number): Buffer | undefined {
    const file = this.#first && jpegFile(this.#first)
    return file && file.length <= maxBytes ? file : undefined
  }

  #read({payload, marker}: RtpPacket): JpegPicture | undefined {
    try {
      return this.#assembler.push(payload, marker)
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
      return undefined
    }
  }

  #end(whole: boolean): Picture[] {
    const ended = this.#bytes > 0 ? [{timestamp: this.#timestamp ?? 0, bytes: this.#bytes, key: whole, whole}] : []
    this.#assembler.lose()
    this.#bytes = 0
    this.#timestamp = undefined
    return ended
  }
}
