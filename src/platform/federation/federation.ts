/** The platforms below this one: each followed by itself, and asked for what only it can do. */
import type {Clock} from '../../lib/clock.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {ChildStatus, FederationStatus} from '../contract.ts'
import type {Endpoint} from '../http-call.ts'
import {pinnedAgent} from '../pinned.ts'
import {type ChildState, KEPT_CHILD} from '../store/child.ts'
import type {Store} from '../store/port.ts'
import {type ChildOptions, MAX_CHILDREN, requireNames, risingFilter} from './child.ts'
import {Courier} from './courier.ts'
import {Link} from './link.ts'

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
  readonly #stop = new AbortController()
  readonly #children = new Map<string, Child>()

  constructor(options: FederationOptions) {
    this.#options = options
  }

  /** Starts to follow all of them. Throws CW_BAD_VALUE, CW_CONFLICT (names), CW_IO. */
  async start(): Promise<void> {
    const {children} = this.#options
    requireNames(children)
    const known = await this.#states()
    for (const child of children) this.#children.set(child.name, this.#follow(child, known.get(child.name)))
  }

  /** Somebody has asked something of a child. */
  wake(): void {
    for (const {courier} of this.#children.values()) courier.wake()
  }

  /** Of those that are configured, and of those that were once and are still in the book. */
  async status(): Promise<FederationStatus> {
    const known = await this.#states()
    const former = [...known.keys()].filter((name) => !this.#children.has(name))
    const names = [...this.#children.keys(), ...former]
    return {children: names.map((name) => statusOf(name, this.#children.get(name), known.get(name)))}
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all([...this.#children.values()].map(({done}) => done))
  }

  #follow(options: ChildOptions, state: ChildState | undefined): Child {
    const {store, clock, random} = this.#options
    const {name, url, token, fingerprint} = options
    const endpoint: Endpoint = {
      url,
      timeoutMs: CALL_TIMEOUT_MS,
      ...(token === undefined ? {} : {token}),
      ...(fingerprint === undefined ? {} : {dispatcher: pinnedAgent(fingerprint)}),
    }
    const common = {endpoint, store, clock, signal: this.#stop.signal}
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

function statusOf(name: string, child: Child | undefined, state: ChildState | undefined): ChildStatus {
  const {link, detail, answeredAt, lagMs, ...live} = child?.link.state ?? GONE
  const head = Math.max(live.head, state?.head ?? 0)
  const check = state?.check
  return {
    name,
    url: child?.url ?? '-',
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
    requests: child?.courier.open ?? 0,
  }
}

/** A child that this platform was told of once and no longer follows. */
const GONE: Link['state'] = {link: 'lost', detail: safeText('not among the children of this start'), head: 0}
