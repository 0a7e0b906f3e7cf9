/** The platforms below this one: each followed by itself, and asked for what only it can do. */
import type {Clock} from '../../lib/clock.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {ChildStatus, FederationStatus} from '../contract.ts'
import type {Endpoint} from '../http-call.ts'
import {pinnedAgent} from '../pinned.ts'
import {type ChildState, KEPT_CHILD} from '../store/child.ts'
import type {LogRow, Store} from '../store/port.ts'
import {type ChildOptions, MAX_CHILDREN, requireNames, risingFilter} from './child.ts'
import {Courier} from './courier.ts'
import {Link, type LinkState} from './link.ts'

const CALL_TIMEOUT_MS = 10_000
const NOTHING = {new: 0, acked: 0}

export interface FederationOptions {
  readonly store: Store
  readonly clock: Clock
  readonly children: readonly ChildOptions[]
  readonly random?: () => number
}

interface Child {
  readonly url: string
  readonly link: Link
  readonly courier: Courier
  readonly done: Promise<unknown>
}

export class Federation {
  readonly #options: FederationOptions
  /** Aborts when this node no longer leads; absent while it does not. */
  #stop: AbortController | undefined
  #children = new Map<string, Child>()
  #ending: Promise<unknown> = Promise.resolve()
  #isClosed = false
  readonly #unfollow: (() => void)[] = []

  constructor(options: FederationOptions) {
    this.#options = options
  }

  /** Follows all of them while this node leads, of those that share a store. Throws CW_BAD_VALUE, CW_CONFLICT (names). */
  async start(): Promise<void> {
    const {children, store} = this.#options
    requireNames(children)
    if (children.length === 0) return
    const asked = (rows: readonly LogRow[]) => rows.some(({type}) => type === 'request.pending')
    this.#unfollow.push(
      store.followLead((leads) => void this.#lead(leads)),
      store.follow((rows) => void (asked(rows) && this.#wake())),
    )
    await this.#lead(store.leads())
  }

  async #lead(leads: boolean): Promise<void> {
    if (leads === (this.#stop !== undefined) || this.#isClosed) return
    if (!leads) {
      this.#stop?.abort()
      this.#stop = undefined
      return
    }
    const stop = new AbortController()
    this.#stop = stop
    await this.#ending
    const known = await this.#states().catch(() => undefined)
    if (stop.signal.aborted) return
    this.#children = new Map()
    for (const child of this.#options.children) {
      this.#children.set(child.name, this.#follow(child, known?.get(child.name), stop.signal))
    }
    this.#ending = Promise.all([...this.#children.values()].map(({done}) => done))
  }

  #wake(): void {
    for (const {courier} of this.#children.values()) courier.wake()
  }

  /** Of those that are configured, and of those that were once and are still in the book. */
  async status(): Promise<FederationStatus> {
    const known = await this.#states()
    const names = new Set([...this.#options.children.map(({name}) => name), ...known.keys()])
    return {children: [...names].map((name) => statusOf(this.#lineOf(name), known.get(name)))}
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const stop of this.#unfollow) stop()
    this.#stop?.abort()
    await this.#ending
  }

  #follow(options: ChildOptions, state: ChildState | undefined, signal: AbortSignal): Child {
    const {store, clock, random} = this.#options
    const {name, url, token, fingerprint} = options
    const endpoint: Endpoint = {
      url,
      timeoutMs: CALL_TIMEOUT_MS,
      ...(token === undefined ? {} : {token}),
      ...(fingerprint === undefined ? {} : {dispatcher: pinnedAgent(fingerprint)}),
    }
    const common = {endpoint, store, clock, signal}
    const courier = new Courier({...common, child: name})
    const link = new Link(
      {
        ...common,
        name,
        filter: risingFilter(options),
        ...(random === undefined ? {} : {random}),
        isTaken: (epoch) => this.#takenBy(epoch, name),
      },
      state,
    )
    const reread = async () => (await this.#states()).get(name)
    return {url, link, courier, done: Promise.all([link.run(reread), courier.run()])}
  }

  #lineOf(name: string): Line {
    const child = this.#stop && this.#children.get(name)
    if (child) return {name, url: child.url, state: child.link.state, requests: child.courier.open}
    const options = this.#options.children.find((one) => one.name === name)
    const detail = options ? 'another node of this platform follows it' : 'not among the children of this start'
    return {name, url: options?.url ?? '-', state: {link: 'lost', detail: safeText(detail), head: 0}, requests: 0}
  }

  #takenBy(epoch: string, name: string): string | undefined {
    if (epoch === this.#options.store.epoch) return 'this platform itself'
    const other = [...this.#children].find(([known, {link}]) => known !== name && link.child?.epoch === epoch)
    return other && `the same platform as ${other[0]}`
  }

  async #states(): Promise<ReadonlyMap<string, ChildState>> {
    const rows = await this.#options.store.kept(KEPT_CHILD, '', MAX_CHILDREN)
    return new Map(rows.map(({key, text}) => [key, JSON.parse(text) as ChildState]))
  }
}

interface Line {
  readonly name: string
  readonly url: string
  readonly state: LinkState
  readonly requests: number
}

function statusOf({name, url, state: live, requests}: Line, state: ChildState | undefined): ChildStatus {
  const {link, detail, answeredAt, lagMs} = live
  const head = Math.max(live.head, state?.head ?? 0)
  const check = state?.check
  return {
    name,
    url,
    link,
    detail,
    ...(answeredAt === undefined ? {} : {answeredAt}),
    ...(state === undefined ? {} : {cursor: {epoch: state.epoch, seq: state.seq}}),
    head,
    behind: head - (state?.seq ?? 0),
    ...(lagMs === undefined ? {} : {lagMs}),
    here: state?.open ?? NOTHING,
    lost: state?.lost ?? 0,
    ...(check === undefined || state === undefined
      ? {}
      : {
          check: {
            at: check.at,
            position: {epoch: state.epoch, seq: check.seq},
            there: check.there,
            here: check.here,
            isEven: check.there.new === check.here.new && check.there.acked === check.here.acked,
          },
        }),
    requests,
  }
}
