/** Brings RTP packets back into order: a packet before its time waits until those before it have come or are given up. */
import type {RtpPacket} from './packet.ts'

/** Packets that may overtake a late one before it counts as lost. */
export const REORDER_DEPTH = 8
/** And how long they wait for it at most, ms. */
export const REORDER_MS = 200

export interface Ordered {
  readonly packet: RtpPacket
  /** Packets before this one did not come in time. */
  readonly gap: boolean
}

export class ReorderBuffer {
  #next: number | undefined
  readonly #waiting = new Map<number, RtpPacket>()
  /** Since when somebody waits, ms. */
  #since = 0

  /** The packets that can be read at `now`, ms, in order. One that comes when its place is gone by is dropped. */
  push(packet: RtpPacket, now: number): Ordered[] {
    if (this.#next === undefined) this.#next = packet.sequence
    const ahead = (packet.sequence - this.#next) & 0xffff
    if (ahead >= 0x8000) return []
    if (this.#waiting.size === 0) this.#since = now
    const isLate = now - this.#since > REORDER_MS
    this.#waiting.set(packet.sequence, packet)
    const ordered = this.#take(false)
    while (this.#waiting.size > (isLate ? 0 : REORDER_DEPTH)) ordered.push(...this.#skip())
    return ordered
  }

  /** Another source, or a jump too far to be a loss: begins anew with the next packet. */
  restart(): void {
    this.#next = undefined
    this.#waiting.clear()
  }

  #take(gap: boolean): Ordered[] {
    const ordered: Ordered[] = []
    for (let at = this.#next ?? 0, packet = this.#waiting.get(at); packet; packet = this.#waiting.get(at)) {
      this.#waiting.delete(at)
      ordered.push({packet, gap: gap && ordered.length === 0})
      at = (at + 1) & 0xffff
      this.#next = at
    }
    return ordered
  }

  /** Gives up those that the nearest waiting packet waits for. */
  #skip(): Ordered[] {
    const from = this.#next ?? 0
    const ways = [...this.#waiting.keys()].map((sequence) => (sequence - from) & 0xffff)
    this.#next = (from + Math.min(...ways)) & 0xffff
    return this.#take(true)
  }
}
