/** Opens a session with each of many cameras, logs in once, does something there, and says what came of it. */
import type {SecureContext} from 'node:tls'
import type {Clock} from '../lib/clock.ts'
import {pool} from '../lib/pool.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Cause} from '../model/cause.ts'
import type {Identity} from '../model/probe.ts'
import {DeviceFailure} from './failure.ts'
import {type LoginGate, throughGate} from './login-gate.ts'
import type {LoginLedger} from './login-ledger.ts'
import type {DeviceClock} from './onvif/device-clock.ts'
import {type OnvifSession, openOnvif} from './onvif/session.ts'
import type {ProbeTarget} from './probe-options.ts'
import {type StreamLogin, streamLogin} from './stream-login.ts'
import type {Witness} from './witness.ts'

export interface VisitOptions {
  readonly timeoutMs: number
  readonly concurrency: number
  /** Whose certificates count for https:// and rtsps://; absent: those that Node.js trusts. */
  readonly trust?: SecureContext
  readonly ledger: LoginLedger
  readonly gate: LoginGate
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Opened for each camera that is visited. */
  readonly witness?: (target: ProbeTarget) => Witness
}

/** A camera that has taken the login. */
export interface Host {
  readonly target: ProbeTarget
  readonly session: OnvifSession
  readonly clock: DeviceClock
  readonly identity: Identity
  /** A login for one conversation about a stream. */
  readonly streamLogin: () => Promise<StreamLogin>
  readonly witness?: Witness
}

export interface Visited<R> {
  /** Inventory key, or the address as given. */
  readonly camera: string
  readonly name?: SafeText
  readonly xaddr?: string
  /** Absent when it failed. */
  readonly result?: R
  readonly cause?: Cause
  readonly detail?: SafeText
  readonly at: number
  readonly durationMs: number
}

/** In the order in which cameras finish; every target gets exactly one, unless the signal ends it. */
export function visitFleet<R>(
  targets: readonly ProbeTarget[],
  options: VisitOptions,
  work: (host: Host) => Promise<R>,
): AsyncGenerator<Visited<R>> {
  return pool(targets, options.concurrency, (target) => visit(target, options, work), options.signal)
}

/** Never throws for what a camera does. */
async function visit<R>(
  target: ProbeTarget,
  options: VisitOptions,
  work: (host: Host) => Promise<R>,
): Promise<Visited<R>> {
  const {key, name, xaddr} = target
  const at = options.clock.now()
  const end = (rest: Pick<Visited<R>, 'result' | 'cause' | 'detail'>): Visited<R> => ({
    camera: key,
    ...(name ? {name} : {}),
    ...(xaddr ? {xaddr} : {}),
    ...rest,
    at,
    durationMs: Math.round(options.clock.now() - at),
  })
  try {
    return end({result: await during(target, options, work)})
  } catch (error) {
    if (!(error instanceof DeviceFailure)) throw error
    return end({cause: error.why, detail: error.detail})
  }
}

async function during<R>(target: ProbeTarget, options: VisitOptions, work: (host: Host) => Promise<R>): Promise<R> {
  const {xaddr, credential} = target
  if (xaddr === undefined) throw new DeviceFailure('no-address', 'the inventory has no address')
  const {timeoutMs, clock, ledger, gate, signal, trust} = options
  const witness = options.witness?.(target)
  const session = openOnvif({
    ...{xaddr, timeoutMs, clock, ledger, signal},
    ...(credential ? {credential} : {}),
    ...(trust ? {trust} : {}),
    ...(witness ? {witness} : {}),
  })
  try {
    const time = await session.clock()
    const identity = await throughGate(gate, credential, () => session.identity())
    const login = () => streamLogin(ledger, new URL(xaddr).host, credential)
    return await work({target, session, clock: time, identity, streamLogin: login, ...(witness ? {witness} : {})})
  } finally {
    await session.close()
  }
}
