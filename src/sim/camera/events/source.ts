/** What a simulated camera can notice, and who has subscribed to it. */
import type {Clock} from '../../../lib/clock.ts'
import {safeText} from '../../../lib/safe-text.ts'
import type {Notice} from '../../../protocol/wsn/notification.ts'

/** Things that begin and end. */
const PROPERTIES = {
  motion: {topic: 'RuleEngine/CellMotionDetector/Motion', part: 'VideoSourceConfigurationToken', value: 'IsMotion'},
  tamper: {topic: 'VideoSource/GlobalSceneChange/ImagingService', part: 'Source', value: 'State'},
  'video-loss': {topic: 'VideoSource/SignalLoss', part: 'Source', value: 'State'},
  'digital-input': {topic: 'Device/Trigger/DigitalInput', part: 'InputToken', value: 'LogicalState'},
} as const

export type Property = keyof typeof PROPERTIES

export type TimedNotice = Notice & {readonly at: number}

/** Subscriptions that one camera has at a time; a further one is refused. */
export const MAX_PULL_POINTS = 8
/** Messages that wait for one subscriber; the oldest are dropped. */
const MAX_QUEUE = 1_000
/** Longest life that is granted, ms. */
const MAX_LIFETIME_MS = 10 * 60_000

export interface PullPoint {
  readonly id: number
  readonly queue: TimedNotice[]
  endsAt: number
  wake: () => void
  /** Pulls so far: of two that wait, the older one is of a client that has gone. */
  pulls: number
}

/** Shared by everybody who talks to one camera. */
export class EventSource {
  readonly #clock: Clock
  /** The camera's own idea of now, ms since the epoch. */
  readonly #now: () => number
  readonly #active = new Set<Property>()
  readonly #points = new Map<number, PullPoint>()
  #lastId = 0
  /** Pulls answered since the camera was started. */
  pulls = 0

  constructor(clock: Clock, now: () => number) {
    this.#clock = clock
    this.#now = now
  }

  get subscriptions(): number {
    this.#forgetEnded()
    return this.#points.size
  }

  isActive(property: Property): boolean {
    return this.#active.has(property)
  }

  /** Tells every subscriber when it is news. */
  set(property: Property, active: boolean): void {
    if (active === this.#active.has(property)) return
    if (active) this.#active.add(property)
    else this.#active.delete(property)
    this.#forgetEnded()
    for (const point of this.#points.values()) put(point, this.#notice(property, 'Changed'))
  }

  /** Undefined when there are too many already. A new subscriber is told how everything stands. */
  subscribe(lifetimeMs: number): PullPoint | undefined {
    this.#forgetEnded()
    if (this.#points.size >= MAX_PULL_POINTS) return undefined
    const point: PullPoint = {
      id: ++this.#lastId,
      queue: [],
      endsAt: this.#clock.now() + bounded(lifetimeMs),
      wake() {},
      pulls: 0,
    }
    this.#points.set(point.id, point)
    this.synchronize(point)
    return point
  }

  /** The subscription of that number; undefined when it has ended or never was. */
  point(id: number): PullPoint | undefined {
    this.#forgetEnded()
    return this.#points.get(id)
  }

  renew(point: PullPoint, lifetimeMs: number): void {
    point.endsAt = this.#clock.now() + bounded(lifetimeMs)
  }

  synchronize(point: PullPoint): void {
    for (const property of Object.keys(PROPERTIES) as Property[]) put(point, this.#notice(property, 'Initialized'))
  }

  /** Messages for the subscriber; waits up to `waitMs` for the first one. */
  async take(point: PullPoint, waitMs: number, limit: number): Promise<TimedNotice[]> {
    this.pulls += 1
    const mine = ++point.pulls
    point.wake()
    if (point.queue.length === 0 && waitMs > 0) await this.#something(point, waitMs)
    if (mine !== point.pulls) return []
    return point.queue.splice(0, Math.max(0, limit))
  }

  end(point: PullPoint): void {
    this.#points.delete(point.id)
    point.wake()
  }

  /** All subscriptions are gone, as after a reboot. What is active stays: the camera sees it anew. */
  forgetAll(): void {
    for (const point of [...this.#points.values()]) this.end(point)
  }

  async #something(point: PullPoint, waitMs: number): Promise<void> {
    const stop = new AbortController()
    let wake = () => {}
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    point.wake = wake
    await Promise.race([woken, this.#clock.sleep(waitMs, stop.signal).catch(() => undefined)])
    stop.abort()
    if (point.wake === wake) point.wake = () => {}
  }

  #notice(property: Property, operation: 'Initialized' | 'Changed'): TimedNotice {
    const {topic, part, value} = PROPERTIES[property]
    const token = property === 'digital-input' ? 'input_1' : 'video_1'
    return {
      topic: safeText(topic),
      operation,
      at: this.#now(),
      source: [{name: safeText(part), value: safeText(token)}],
      data: [{name: safeText(value), value: safeText(String(this.#active.has(property)))}],
    }
  }

  #forgetEnded(): void {
    const now = this.#clock.now()
    for (const point of this.#points.values()) if (point.endsAt <= now) this.end(point)
  }
}

function put(point: PullPoint, notice: TimedNotice): void {
  if (point.queue.length >= MAX_QUEUE) point.queue.shift()
  point.queue.push(notice)
  point.wake()
}

function bounded(lifetimeMs: number): number {
  return Math.min(Math.max(0, lifetimeMs), MAX_LIFETIME_MS)
}
