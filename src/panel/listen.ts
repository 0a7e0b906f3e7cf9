/** Being a receiver at the bench: says what every panel sends, keeps a capture, and ends when it has heard enough. */
import type {Clock} from '../lib/clock.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import {meaningOf} from '../model/codes/meaning.ts'
import type {Signal} from '../model/signal.ts'
import type {Frame} from '../protocol/dc09/frame.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {Capture} from './capture.ts'
import {isKeyMaterial} from './extended-data.ts'
import {Findings, findingOf} from './findings.ts'
import {Flood} from './flood.ts'
import {serveReceiver} from './receiver.ts'
import {parseAccount} from './receiver-address.ts'
import type {ReceptionOptions} from './reception.ts'
import {reasonOf} from './refusal.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly answer: NonNullable<ReceptionOptions['answer']>
  readonly responseData?: string | undefined
  /** Every answer is held back so long, ms. */
  readonly delayMs?: number
  /** Only each Nth good message is answered. */
  readonly oneIn?: number
  /** Keys by account, in upper case: these must come encrypted. */
  readonly keys?: ReadonlyMap<string, AccountKey>
  /** Accounts that are known; empty: all are. */
  readonly accounts: readonly string[]
  /** Ends after so many signals. */
  readonly count?: number | undefined
  /** File to append every signal to, before it is acknowledged. */
  readonly capture?: string | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Different mistakes of one peer that are told in ten seconds: more than a panel can make, few enough to read. */
const MISTAKES_SHOWN = 32

/** A signal as it is shown and captured. */
export interface HeardSignal {
  /** Ms since the epoch, UTC, by our clock. */
  readonly at: number
  readonly peer: string
  readonly token: string
  readonly seq: number
  readonly name: string
  readonly priority: number
  readonly signal: Signal
  /** Extended data; key material is left out. */
  readonly xdata?: readonly SafeText[]
}

export interface ListenSummary {
  signals: number
  heartbeats: number
  repeated: number
  refused: number
}

export interface ListenEars {
  readonly ready: (at: {readonly host: string; readonly port: number}) => void
  readonly signal: (heard: HeardSignal) => void
  /** Something for the person at the bench: a refusal, an oddity, a sign of life. */
  readonly notice: (text: string) => void
}

/** Runs until `signal` aborts or `count` signals have come. Throws CW_BAD_VALUE, CW_PORT_IN_USE, CW_IO and CW_DISK_FULL. */
export async function listenToPanels(options: ListenOptions, ears: ListenEars): Promise<ListenSummary> {
  const summary: ListenSummary = {signals: 0, heartbeats: 0, repeated: 0, refused: 0}
  const capture = options.capture === undefined ? undefined : await Capture.open(options.capture)
  const enough = Promise.withResolvers<void>()
  const stop = () => enough.resolve()
  options.signal.addEventListener('abort', stop, {once: true})
  if (options.signal.aborted) stop()
  try {
    const {keys, ...rest} = options
    const keyed = keys ? {keys: (account: string) => keys.get(account)} : {}
    const receiver = await serveReceiver({...rest, ...keyed, ...reactions(options, ears, summary, capture, enough)})
    ears.ready(receiver)
    await enough.promise.finally(() => receiver.close())
    return summary
  } finally {
    options.signal.removeEventListener('abort', stop)
    await capture?.close()
  }
}

function reactions(
  {clock, accounts, count}: ListenOptions,
  ears: ListenEars,
  summary: ListenSummary,
  capture: Capture | undefined,
  enough: PromiseWithResolvers<void>,
): Pick<ReceptionOptions, 'knows' | 'accept' | 'heartbeat' | 'repeated' | 'refused' | 'odd'> {
  const known = new Set(accounts.map(parseAccount))
  const news = new Flood()
  const mistakes = new Flood(MISTAKES_SHOWN)
  const findings = new Findings()
  const notice = (peer: string, text: string, flood = news) => {
    const stands = flood.admit(hostOf(peer), clock.now())
    if (stands > 0) ears.notice(`${peer} ${text}${stands > 1 ? ` (and ${stands - 1} more before)` : ''}`)
    return stands > 0
  }
  /** Once a kind, peer and account; what a flood held back is told the next time. */
  const once = (peer: string, account: string, kind: string, text: () => string) => {
    const host = hostOf(peer)
    if (findings.isNew(host, account, kind) && !notice(peer, text(), mistakes)) findings.forget(host, account, kind)
  }
  return {
    ...(known.size > 0 ? {knows: (account: string) => known.has(account)} : {}),
    async accept(signal, frame, peer) {
      const heard = heardSignal(signal, frame, peer, clock.now())
      try {
        await capture?.append(JSON.stringify(heard))
      } catch (error) {
        enough.reject(error) // What cannot be kept is not acknowledged, and the person must know at once.
        throw error
      }
      ears.signal(heard)
      summary.signals += 1
      if (summary.signals === count) enough.resolve()
      return 'stored'
    },
    heartbeat(account, {token}, peer) {
      summary.heartbeats += 1
      notice(peer, `sign of life from ${account} (${token})`)
    },
    repeated({seq, account}, peer) {
      summary.repeated += 1
      notice(peer, `message ${seq} of ${account} again`)
    },
    refused(refusal) {
      summary.refused += 1
      const {peer, account = '', step, rule} = refusal
      once(peer, account, `${step} ${rule}`, () => `refused${account ? ` ${account}` : ''}: ${reasonOf(refusal)}`)
    },
    odd(lints, {account}, peer) {
      for (const lint of lints) {
        once(peer, account, lint, () => `accepted from ${safeText(account)}, but ${findingOf(lint)}`)
      }
    },
  }
}

function hostOf(peer: string): string {
  return peer.replace(/:\d+$/, '')
}

function heardSignal(signal: Signal, {token, seq, xdata}: Frame, peer: string, at: number): HeardSignal {
  const {name, priority} = meaningOf(signal)
  const shown = xdata.map((text) => safeText(isKeyMaterial(text) ? 'K (key, not shown)' : text))
  return {at, peer, token, seq, name, priority, signal, ...(shown.length > 0 ? {xdata: shown} : {})}
}
