/**
 * NAL units in RTP payloads: whole, several in one packet, or one in several (H.264: RFC 6184 §5.6–5.8; H.265: RFC 7798 §4.4).
 *
 *   H.264  type 1–23 the unit itself · 24 STAP-A: header, n × (length(16) unit) · 28 FU-A: indicator, S E R type, part
 *   H.265  type 0–47 the unit itself · 48 AP:  2 bytes, n × (length(16) unit) · 49 FU: 2 bytes, S E type, part
 */
import {CitywatchError} from '../../lib/errors.ts'

export type NalCodec = 'H264' | 'H265'

/** Largest NAL unit that is put together, bytes. */
export const MAX_NAL_BYTES = 4 * 1024 * 1024
const MAX_AGGREGATED = 64

interface Layout {
  readonly headerBytes: number
  readonly aggregate: number
  readonly fragment: number
  readonly typeOf: (first: number) => number
  /** First bytes of the unit that the fragments make, from the payload header and the fragment's type. */
  readonly header: (payload: Uint8Array, type: number) => number[]
}

const LAYOUTS: Readonly<Record<NalCodec, Layout>> = {
  H264: {
    headerBytes: 1,
    aggregate: 24,
    fragment: 28,
    typeOf: (first) => first & 0x1f,
    header: ([indicator = 0], type) => [(indicator & 0xe0) | (type & 0x1f)],
  },
  H265: {
    headerBytes: 2,
    aggregate: 48,
    fragment: 49,
    typeOf: (first) => (first >> 1) & 0x3f,
    header: ([first = 0, second = 0], type) => [(first & 0x81) | ((type & 0x3f) << 1), second],
  },
}

/** Payloads of at most `maxBytes` for one unit: the unit itself, or FU-A (H.264) or FU (H.265) fragments. */
export function packetiseNal(codec: NalCodec, nal: Uint8Array, maxBytes: number): Uint8Array[] {
  if (nal.length <= maxBytes) return [nal]
  return codec === 'H264' ? packetiseH264(nal, maxBytes) : packetiseH265(nal, maxBytes)
}

function packetiseH264(nal: Uint8Array, maxBytes: number): Uint8Array[] {
  const [header = 0] = nal
  const step = maxBytes - 2
  const payloads: Uint8Array[] = []
  for (let at = 1; at < nal.length; at += step) {
    const part = nal.subarray(at, at + step)
    const start = at === 1 ? 0x80 : 0
    const end = at + step >= nal.length ? 0x40 : 0
    payloads.push(
      Buffer.concat([Buffer.of((header & 0xe0) | LAYOUTS.H264.fragment, start | end | (header & 0x1f)), part]),
    )
  }
  return payloads
}

function packetiseH265(nal: Uint8Array, maxBytes: number): Uint8Array[] {
  const [first = 0, second = 0] = nal
  const type = LAYOUTS.H265.typeOf(first)
  const step = maxBytes - 3
  const payloads: Uint8Array[] = []
  for (let at = 2; at < nal.length; at += step) {
    const start = at === 2 ? 0x80 : 0
    const end = at + step >= nal.length ? 0x40 : 0
    const header = [(first & 0x81) | (LAYOUTS.H265.fragment << 1), second, start | end | type]
    payloads.push(Buffer.concat([Buffer.from(header), nal.subarray(at, at + step)]))
  }
  return payloads
}

/** Puts NAL units together from the payloads of one stream, in order. */
export class NalAssembler {
  readonly #layout: Layout
  #parts: Uint8Array[] = []
  #size = 0

  constructor(codec: NalCodec) {
    this.#layout = LAYOUTS[codec]
  }

  /** The units that this payload completes. Throws CW_PROTOCOL_REMOTE for a payload that RTP does not allow. */
  push(payload: Uint8Array): Uint8Array[] {
    const {typeOf, aggregate, fragment, headerBytes} = this.#layout
    if (payload.length <= headerBytes) throw remote(`payload of ${payload.length} bytes`)
    const type = typeOf(payload[0] ?? 0)
    if (type === fragment) return this.#fragment(payload)
    this.lose()
    if (type === aggregate) return split(payload.subarray(headerBytes))
    if (type > aggregate) throw remote(`payload type ${type}`)
    return [payload]
  }

  /** Packets are missing: what has been collected of a fragmented unit is worthless. */
  lose(): void {
    this.#parts = []
    this.#size = 0
  }

  #fragment(payload: Uint8Array): Uint8Array[] {
    const {headerBytes, header} = this.#layout
    const flags = payload[headerBytes]
    if (flags === undefined) throw remote('fragment without its header')
    if (flags & 0x80) {
      this.lose()
      this.#add(Uint8Array.from(header(payload, flags & 0x3f)))
    } else if (this.#size === 0) return []
    this.#add(payload.subarray(headerBytes + 1))
    if ((flags & 0x40) === 0) return []
    const nal = Buffer.concat(this.#parts)
    this.lose()
    return [nal]
  }

  #add(part: Uint8Array): void {
    this.#size += part.length
    if (this.#size > MAX_NAL_BYTES) {
      this.lose()
      throw remote(`unit larger than ${MAX_NAL_BYTES} bytes`)
    }
    this.#parts.push(part)
  }
}

function split(bytes: Uint8Array): Uint8Array[] {
  const nals: Uint8Array[] = []
  for (let at = 0; at < bytes.length && nals.length < MAX_AGGREGATED; ) {
    const size = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    if (size === 0 || at + 2 + size > bytes.length) throw remote('aggregated unit cut off')
    nals.push(bytes.subarray(at + 2, at + 2 + size))
    at += 2 + size
  }
  return nals
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'RTP', detail})
}
