/** Makes jobs by schedule from what the inventory then has, and forgets jobs whose time is over. Only who keeps time does it. */
import type {Clock} from '../../lib/clock.ts'
import type {Camera} from '../../model/device.ts'
import type {Job, TaskTarget} from '../../model/job.ts'
import {MAX_SCHEDULES, type Schedule} from '../../model/schedule.ts'
import {MAX_PAGE} from '../contract.ts'
import {KEPT_SCHEDULE, overAt} from '../store/book/schedules.ts'
import type {Store} from '../store/port.ts'
import type {Duty} from './timekeeper.ts'

/** Tasks that are forgotten in one write: other writes come between. */
const FORGET_AT_ONCE = 500

export class ScheduleDesk {
  readonly #store: Store
  readonly #clock: Clock
  #wake: () => void = () => {}

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async list(): Promise<readonly Schedule[]> {
    const kept = await this.#store.kept(KEPT_SCHEDULE, '', MAX_SCHEDULES)
    return kept.map(({text}) => JSON.parse(text) as Schedule)
  }

  /** A schedule has changed here. Changed at another platform of the same store, it is seen within a minute. */
  changed(): void {
    this.#wake()
  }

  /** Told of changes. */
  whenChanged(wake: () => void): void {
    this.#wake = wake
  }

  get duty(): Duty {
    return {settle: (now) => this.#settle(now), concerns: () => false}
  }

  async #settle(now: number): Promise<number | undefined> {
    const times: number[] = []
    for (const {name} of await this.list()) {
      // One that was removed meanwhile is no failure of the others.
      const turn = await this.#store.takeTurn(name, now).catch(() => undefined)
      if (turn?.job) await this.#fill(turn.job, turn.schedule)
      if (turn) times.push(turn.schedule.nextAt)
    }
    const next = await this.#forgetJobs(now)
    if (next !== undefined) times.push(next)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Page by page: a city does not have to be in memory, and other writes come between. */
  async #fill(job: Job, {jurisdiction}: Schedule): Promise<void> {
    let from = job.tasks
    let after: string | undefined = ''
    while (after !== undefined) {
      const asked = {kind: 'camera' as const, jurisdiction, after, limit: MAX_PAGE}
      const page: {readonly rows: readonly string[]; readonly next?: string} = await this.#store.devices(asked)
      const targets = page.rows.map((row) => targetOf(JSON.parse(row) as Camera))
      const last = page.next === undefined
      await this.#store.addTasks({at: this.#clock.now(), id: job.id, from, targets, last})
      from += targets.length
      after = page.next
    }
  }

  /** Resolves with when one is over next. */
  async #forgetJobs(now: number): Promise<number | undefined> {
    let next: number | undefined
    let after: number | undefined = 0
    while (after !== undefined) {
      const page: {readonly rows: readonly string[]; readonly next?: number} = await this.#store.jobs({
        ...{after, limit: MAX_PAGE, all: true},
      })
      for (const row of page.rows) {
        const job = JSON.parse(row) as Job
        const end = overAt(job)
        if (end === undefined) continue
        if (end <= now) await this.#forget(job, now)
        else next = Math.min(next ?? end, end)
      }
      after = page.next
    }
    return next
  }

  async #forget({id}: Job, at: number): Promise<void> {
    let after = 0
    let left = 1
    while (left > 0) {
      left = await this.#store.forgetTasks({id, after, limit: FORGET_AT_ONCE, at})
      after += FORGET_AT_ONCE
    }
  }
}

function targetOf({key, name, xaddr}: Camera): TaskTarget {
  return {key, name, ...(xaddr === undefined ? {} : {xaddr})}
}
