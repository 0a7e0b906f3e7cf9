/** A receiver of the tester's own as the source of a walk: a signal is in the record before the panel gets its acknowledgement. */
import type {Clock} from '../../lib/clock.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {signalsOf} from '../../protocol/dc09/signals.ts'
import {describeSignal} from '../describe.ts'
import {Findings} from '../findings.ts'
import {type Receiver, serveReceiver} from '../receiver.ts'
import type {ReceptionOptions} from '../reception.ts'
import {reasonOf} from '../refusal.ts'
import type {Ears, SignalSource} from './source.ts'

export interface OwnReceiverOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** The account that is tested. */
  readonly account: string
  readonly keys?: ReadonlyMap<string, AccountKey>
  readonly clock: Clock
}

/**
 * Listens at once, so that its port is known; until `run` is called panels get no answer and send again. Throws
 * CW_PORT_IN_USE, CW_IO.
 */
export async function ownReceiver(options: OwnReceiverOptions): Promise<SignalSource> {
  const {host, port, account, keys, clock} = options
  const desk = new Desk()
  const receiver = await serveReceiver({
    host,
    port,
    clock,
    ...(keys ? {keys: (name: string) => keys.get(name)} : {}),
    ...reactions(desk, clock),
  })
  const key = keys?.get(account)
  return {
    receiver: `${receiver.host}:${receiver.port}`,
    key: key?.fingerprint ?? null,
    run: (ears, _after, signal) => desk.serve(ears, receiver, signal),
    close: () => receiver.close(),
  }
}

/** Between the receiver, which is there first, and the ears, which come with the walk. */
class Desk {
  readonly #ears = Promise.withResolvers<Ears>()
  readonly #broken = Promise.withResolvers<never>()
  #isServing = false

  constructor() {
    this.#broken.promise.catch(() => undefined)
    this.#ears.promise.catch(() => undefined)
  }

  async serve(ears: Ears, {host, port}: Receiver, signal: AbortSignal): Promise<void> {
    this.#ears.resolve(ears)
    this.#isServing = true
    ears.link('live', `listening on ${host}:${port}`)
    const stop = Promise.withResolvers<void>()
    const end = () => stop.resolve()
    signal.addEventListener('abort', end, {once: true})
    if (signal.aborted) end()
    try {
      await Promise.race([stop.promise, this.#broken.promise])
    } finally {
      this.#isServing = false
      signal.removeEventListener('abort', end)
    }
  }

  /** Rejects when nobody listens any more, or when the record does not take it: the panel then gets no answer. */
  async tell(say: (ears: Ears) => Promise<void>): Promise<void> {
    const ears = await this.#ears.promise
    if (!this.#isServing) throw new Error('the walk test has ended')
    try {
      await say(ears)
    } catch (error) {
      this.#broken.reject(error)
      throw error
    }
  }
}

function reactions(desk: Desk, clock: Clock): Pick<ReceptionOptions, 'accept' | 'repeated' | 'refused'> {
  const findings = new Findings()
  const later = (work: Promise<void>) => void work.catch(() => undefined) // The desk has told of it already.
  return {
    async accept(signal, {seq, token}, peer) {
      await desk.tell((ears) => ears.heard({at: clock.now(), signal, seq, token, peer: safeText(peer, 80)}))
      return 'stored'
    },
    repeated(frame) {
      const {signals} = signalsOf(frame)
      const what = safeText(signals.map(describeSignal).join('; '))
      later(desk.tell((ears) => ears.repeated({account: frame.account.toUpperCase(), seq: frame.seq, what})))
    },
    refused(refusal) {
      const {peer, account = '', step, rule} = refusal
      const host = peer.replace(/:\d+$/, '')
      // The same from the same host says nothing new, and a flood must not fill the disk.
      if (step === 'store' || !findings.isNew(host, account, `${step} ${rule}`)) return
      const from = safeText(account === '' ? host : `account ${account} at ${host}`, 128)
      const reason = safeText(reasonOf(refusal))
      const of = account === '' ? {} : {of: account}
      later(desk.tell((ears) => ears.refused({at: clock.now(), from, reason, ...of})))
    },
  }
}
