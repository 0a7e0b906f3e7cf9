/** The counts of one camera: its observations in the order of their time go in, good and all of each indicator come out. */
import type {CameraFacts, Observation} from './observation.ts'
import type {Profile} from './profile.ts'
import {isNormal, isOnline, type Reason, samplesOf} from './samples.ts'
import {CODES, type Code} from './tree.ts'

export const DAY_MS = 86_400_000

/** Half open: `from` belongs to it, `to` does not. Ms since the epoch, UTC. */
export interface Period {
  readonly from: number
  readonly to: number
}

/** One indicator of one camera or of many: counts add, rates never do. All are whole numbers. */
export interface Cell {
  good: number
  all: number
  /** What was observed and what was due: seconds for A11, days with a sample for the others. */
  observed: number
  due: number
}

export type Cells = Map<Code, Cell>

/** Days that a period has, the last one perhaps not whole. */
export function daysOf({from, to}: Period): number {
  return Math.max(0, Math.ceil((to - from) / DAY_MS))
}

export class CameraBook {
  readonly camera: string
  facts: CameraFacts
  /** The newest observation. */
  last: Observation
  readonly cells: Cells = new Map()
  /** What was lost of each indicator, by reason. */
  readonly losses = new Map<Code, Map<Reason, number>>()
  readonly #profile: Profile
  readonly #period: Period
  readonly #trend: (day: number, code: Code) => Cell
  /** Day of the last sample of each indicator, by its place in CODES. */
  readonly #seenOn = new Int16Array(CODES.length).fill(-1)
  #judgedAt: number | undefined
  #day: {readonly number: number; normal: boolean; reason: Reason} | undefined

  /** `trend`: the cell of a day over all cameras, into which everything is counted as well. */
  constructor(first: Observation, profile: Profile, period: Period, trend: (day: number, code: Code) => Cell) {
    this.camera = first.camera
    this.facts = factsOf(first)
    this.last = first
    this.#profile = profile
    this.#period = period
    this.#trend = trend
  }

  /** Inside the period, and not older than the one before. */
  add(observation: Observation): void {
    if (tellsMore(observation, this.facts)) this.facts = {...this.facts, ...factsOf(observation)}
    this.last = observation
    const day = Math.floor((observation.at - this.#period.from) / DAY_MS)
    for (const {code, good, all, reason} of samplesOf(observation, this.#profile)) {
      this.#count(code, day, good, all, reason)
      this.#seen(code, day)
    }
    this.#online(observation)
    this.#use(observation, day)
  }

  /** After the last observation: the last day is closed, what was due is set. */
  close(): void {
    this.#closeDay()
    const seconds = Math.floor(this.#period.to / 1_000) - Math.floor(this.#period.from / 1_000)
    for (const [code, cell] of this.cells) cell.due = code === 'A11' ? seconds : daysOf(this.#period)
  }

  #online(observation: Observation): void {
    const online = isOnline(observation)
    if (online === undefined) return
    const from = Math.max(this.#judgedAt ?? 0, observation.at - this.#profile.holdS.value * 1_000, this.#period.from)
    this.#judgedAt = observation.at
    const reason = observation.cause ?? 'not-played'
    for (let at = from; at < observation.at; ) {
      const day = Math.floor((at - this.#period.from) / DAY_MS)
      const until = Math.min(observation.at, this.#period.from + (day + 1) * DAY_MS)
      const seconds = Math.floor(until / 1_000) - Math.floor(at / 1_000)
      this.#count('A11', day, online ? seconds : 0, seconds, reason)
      this.#cell('A11').observed += seconds
      this.#trend(day, 'A11').observed += seconds
      at = until
    }
  }

  /** A14: the last that could be judged on a day says how the device is on that day. */
  #use(observation: Observation, day: number): void {
    const normal = isNormal(observation)
    if (normal === undefined) return
    if (this.#day?.number !== day) this.#closeDay()
    this.#day = {number: day, normal, reason: observation.cause ?? 'not-played'}
  }

  #closeDay(): void {
    if (!this.#day) return
    const {number: day, normal, reason} = this.#day
    this.#day = undefined
    this.#count('A14', day, normal ? 1 : 0, 1, reason)
    this.#seen('A14', day)
  }

  #count(code: Code, day: number, good: number, all: number, reason: Reason | undefined): void {
    for (const cell of [this.#cell(code), this.#trend(day, code)]) {
      cell.good += good
      cell.all += all
    }
    if (good === all) return
    const reasons = this.losses.get(code) ?? new Map<Reason, number>()
    this.losses.set(code, reasons)
    const why = reason ?? 'not-played'
    reasons.set(why, (reasons.get(why) ?? 0) + all - good)
  }

  #seen(code: Code, day: number): void {
    const place = CODES.indexOf(code)
    if (this.#seenOn[place] === day) return
    this.#seenOn[place] = day
    this.#cell(code).observed += 1
    this.#trend(day, code).observed += 1
  }

  #cell(code: Code): Cell {
    const known = this.cells.get(code)
    if (known) return known
    const fresh = emptyCell()
    this.cells.set(code, fresh)
    return fresh
  }
}

export function emptyCell(): Cell {
  return {good: 0, all: 0, observed: 0, due: 0}
}

/** What a camera is called and where it belongs hardly ever changes. */
function tellsMore(observation: Observation, facts: CameraFacts): boolean {
  return FACTS.some((fact) => observation[fact] !== undefined && observation[fact] !== facts[fact])
}

const FACTS = ['jurisdiction', 'name', 'industry', 'tier', 'maker', 'latitude', 'longitude', 'mobile'] as const

/** Facts that an observation does not have stay as they were: a dead camera tells no maker. */
function factsOf({name, jurisdiction, industry, tier, maker, latitude, longitude, mobile}: Observation): CameraFacts {
  return {
    jurisdiction,
    ...(name === undefined ? {} : {name}),
    ...(industry === undefined ? {} : {industry}),
    ...(tier === undefined ? {} : {tier}),
    ...(maker === undefined ? {} : {maker}),
    ...(latitude === undefined || longitude === undefined ? {} : {latitude, longitude}),
    ...(mobile === undefined ? {} : {mobile}),
  }
}
