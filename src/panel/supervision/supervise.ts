/** Being the receiver that supervises panels: hears them on real ports, says who is late, missing or back, and can raise it. */
import {setImmediate as turn} from 'node:timers/promises'
import type {Clock} from '../../lib/clock.ts'
import type {Frame} from '../../protocol/dc09/frame.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {parseTimestamp} from '../../protocol/dc09/timestamp.ts'
import {accountOf} from '../admission.ts'
import {Findings} from '../findings.ts'
import {Flood} from '../flood.ts'
import {type Receiver, serveReceiver} from '../receiver.ts'
import type {ReceptionOptions} from '../reception.ts'
import {reasonOf} from '../refusal.ts'
import type {PathName, SupervisionEvent} from './event.ts'
import {isRaised, type RaisedEvent, type RaiseOptions, Raiser} from './raise.ts'
import {type Declared, reportOf, type SupervisionReport} from './report.ts'
import {Supervisor} from './supervisor.ts'

export interface SuperviseOptions extends Declared {
  readonly host: string
  readonly port: number
  /** What comes in here came by the alternative path. */
  readonly alternativePort?: number | undefined
  /** A message whose extended data J is this character came by the alternative path. */
  readonly alternativeMark?: string | undefined
  /** Upper case. All others are refused. */
  readonly accounts: readonly string[]
  /** These must come encrypted. */
  readonly keys?: ReadonlyMap<string, AccountKey> | undefined
  readonly raise?: RaiseOptions | undefined
  /** Ends after so long; absent: when `signal` aborts. */
  readonly forMs?: number | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface SuperviseEars {
  readonly ready: (at: {readonly host: string; readonly port: number; readonly alternativePort?: number}) => void
  readonly event: (event: SupervisionEvent | RaisedEvent) => void
  /** Something for the person at the bench: refusals and oddities, one line a kind. */
  readonly notice: (text: string) => void
}

const TICK_MS = 100
/** Connections beside one for each account and path: panels that dial anew before the old connection is gone. */
const SPARE_CONNECTIONS = 4_096

/** Runs until it is told to end. Throws CW_PORT_IN_USE and CW_IO. */
export async function supervise(options: SuperviseOptions, ears: SuperviseEars): Promise<SupervisionReport> {
  const watch = new Watch(options, ears)
  const receivers = await watch.listen()
  const [main, alternative] = receivers
  if (main) ears.ready({host: main.host, port: main.port, ...(alternative ? {alternativePort: alternative.port} : {})})
  try {
    await watch.run()
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.close()))
  }
  return watch.end()
}

class Watch {
  readonly #options: SuperviseOptions
  readonly #ears: SuperviseEars
  readonly #supervisor: Supervisor
  readonly #raiser: Raiser | undefined
  readonly #flood = new Flood()
  readonly #findings = new Findings()
  #lastFrame: Frame | undefined
  #restored = 0
  #refused = 0

  constructor(options: SuperviseOptions, ears: SuperviseEars) {
    const {accounts, expected, raise, clock} = options
    this.#options = options
    this.#ears = ears
    this.#supervisor = new Supervisor(accounts, expected, clock.now())
    this.#raiser = raise && new Raiser(raise, expected.length, clock, ears.event)
  }

  /** The main port, then the alternative path's. */
  async listen(): Promise<Receiver[]> {
    const {host, port, alternativePort, clock, keys, accounts} = this.#options
    const maxConnections = accounts.length + SPARE_CONNECTIONS
    const common = {host, clock, maxConnections, ...(keys ? {keys: (account: string) => keys.get(account)} : {})}
    const main = await serveReceiver({...common, port, ...this.#reactions('primary')})
    if (alternativePort === undefined) return [main]
    try {
      return [main, await serveReceiver({...common, port: alternativePort, ...this.#reactions('alternative')})]
    } catch (error) {
      await main.close()
      throw error
    }
  }

  async run(): Promise<void> {
    const {clock, forMs, signal} = this.#options
    const until = forMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + forMs
    while (!signal.aborted && clock.now() < until) {
      await clock.sleep(TICK_MS, signal).catch(() => {})
      // What has come in while this process was busy is heard before anybody is judged.
      await turn()
      this.#tell(this.#supervisor.tick(clock.now()))
    }
  }

  async end(): Promise<SupervisionReport> {
    await this.#raiser?.close()
    const {class: name, expected} = this.#options
    const raised = this.#raiser ? {raised: this.#raiser.counts} : {}
    const declared = {...(name === undefined ? {} : {class: name}), expected}
    return reportOf(this.#supervisor, declared, {restored: this.#restored, refused: this.#refused, ...raised})
  }

  #reactions(port: PathName): Pick<ReceptionOptions, 'knows' | 'accept' | 'heartbeat' | 'repeated' | 'refused'> {
    return {
      knows: (account) => this.#supervisor.knows(account),
      accept: async (_signal, frame) => {
        this.#heard(frame, port)
        return 'stored'
      },
      heartbeat: (_account, frame) => this.#heard(frame, port),
      repeated: (frame) => this.#heard(frame, port),
      refused: (refusal) => {
        this.#refused += 1
        const {peer, account = '', step, rule} = refusal
        const host = peer.replace(/:\d+$/, '')
        if (!this.#findings.isNew(host, account, `${step} ${rule}`)) return
        if (this.#flood.admit(host, this.#options.clock.now()) === 0) return
        this.#ears.notice(`${peer} refused${account ? ` ${account}` : ''}: ${reasonOf(refusal)}`)
      },
    }
  }

  /** A message with several events is one sign of life. */
  #heard(frame: Frame, port: PathName): void {
    if (frame === this.#lastFrame) return
    this.#lastFrame = frame
    const {alternativeMark: mark, clock} = this.#options
    const isMarked = mark !== undefined && frame.xdata.includes(`J${mark}`)
    const panelAt = frame.timestamp === undefined ? undefined : parseTimestamp(frame.timestamp)
    this.#tell(this.#supervisor.heard(accountOf(frame), isMarked ? 'alternative' : port, clock.now(), panelAt))
  }

  #tell(events: readonly SupervisionEvent[]): void {
    for (const event of events) {
      this.#ears.event(event)
      if (event.kind === 'blind') continue
      if (event.kind === 'restored' && event.was === 'missing') this.#restored += 1
      if (isRaised(event)) this.#raiser?.raise(event)
    }
  }
}
