/** What of each camera changes slowly, as medians of six hours: a busy minute is no trend. */
import type {Observation} from '../observation.ts'
import {median, type Point} from './trend.ts'

/** `clock`: offset, ms. `delay`: PLAY to key frame, ms. `retention`: days of recordings. */
const METRICS = ['clock', 'delay', 'retention'] as const
export type Metric = (typeof METRICS)[number]

const STEP_MS = 6 * 3_600_000
/** Points kept of a series: two weeks. */
const MAX_POINTS = 56

class Series {
  /** Two lists of numbers take a fifth of the room of a list of points. */
  readonly #at: number[] = []
  readonly #medians: number[] = []
  #step = Number.NaN
  #values: number[] = []

  add(at: number, value: number): void {
    const step = Math.floor(at / STEP_MS)
    if (step !== this.#step) this.#flush()
    this.#step = step
    this.#values.push(value)
  }

  points(): readonly Point[] {
    this.#flush()
    return this.#at.map((at, index) => ({at, value: this.#medians[index] ?? Number.NaN}))
  }

  #flush(): void {
    if (this.#values.length === 0) return
    this.#at.push((this.#step + 0.5) * STEP_MS)
    this.#medians.push(median(this.#values))
    this.#values = []
    if (this.#at.length <= MAX_POINTS) return
    this.#at.shift()
    this.#medians.shift()
  }
}

/** The series of all cameras. */
export class SeriesBook {
  readonly #byCamera = new Map<string, Map<Metric, Series>>()

  /** In the order of time, as far as one camera is concerned. */
  add({camera, at, clockMs, keyFrameMs, retentionDays}: Observation): void {
    if (clockMs !== undefined) this.#of(camera, 'clock').add(at, clockMs)
    if (keyFrameMs !== undefined) this.#of(camera, 'delay').add(at, keyFrameMs)
    if (retentionDays !== undefined) this.#of(camera, 'retention').add(at, retentionDays)
  }

  *all(): Generator<{readonly camera: string; readonly metric: Metric; readonly points: readonly Point[]}> {
    for (const [camera, series] of this.#byCamera) {
      for (const [metric, one] of series) yield {camera, metric, points: one.points()}
    }
  }

  #of(camera: string, metric: Metric): Series {
    const series = this.#byCamera.get(camera) ?? new Map<Metric, Series>()
    this.#byCamera.set(camera, series)
    const known = series.get(metric)
    if (known) return known
    const fresh = new Series()
    series.set(metric, fresh)
    return fresh
  }
}
