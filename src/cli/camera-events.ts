/** What cameras tell, line by line: `camera events` follows them until it is stopped, and lets them go then. */
import {loginGate} from '../camera/login-gate.ts'
import {type Consumer, openConsumer} from '../camera/notify/consumer.ts'
import {pushed} from '../camera/notify/push.ts'
import {type CameraState, stateOf} from '../camera/onvif/event-topics.ts'
import {type PullPointNews, type PullPointTarget, pullPoint} from '../camera/pull-point.ts'
import type {Clock} from '../lib/clock.ts'
import {durationText} from '../lib/duration.ts'
import {gather, type Producer} from '../lib/gather.ts'
import {limiter} from '../lib/limiter.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Cause} from '../model/cause.ts'
import type {Notice} from '../protocol/wsn/notification.ts'
import type {CameraTarget} from './camera-targets.ts'
import {fileLoginLedger} from './login-ledger.ts'

/** One thing that a camera told, or that became of the line to it. */
export type CameraNews =
  | {
      readonly type: 'event'
      /** By this machine's clock, ms since the epoch. */
      readonly at: number
      /** Inventory key, or the address as given. */
      readonly camera: string
      /** Absent for a topic that is none of motion, tamper, video loss and alarm input. */
      readonly state?: CameraState
      readonly notice: Notice
    }
  | {readonly type: 'live'; readonly at: number; readonly camera: string}
  | {
      readonly type: 'lost'
      readonly at: number
      readonly camera: string
      readonly cause: Cause
      readonly detail: string
      /** Ms until it is tried again. */
      readonly retryMs: number
    }

export interface CameraEventsOptions {
  readonly timeoutMs: number
  /** Cameras that are being subscribed to at a time. */
  readonly concurrency: number
  /** Also how things stand at the beginning, where nothing is wrong. */
  readonly initial: boolean
  /** Cameras push instead of being asked; absent: they are asked. */
  readonly notify?: NotifyChoice
  /** Ends it. */
  readonly signal: AbortSignal
}

interface NotifyChoice {
  /** Host by which cameras reach this machine; absent: the address that they see. */
  readonly host?: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** News until the signal aborts or the reader leaves; every camera has been unsubscribed from then. Throws CW_IO. */
export async function* cameraNews(
  targets: readonly CameraTarget[],
  clock: Clock,
  {timeoutMs, concurrency, initial, signal, notify}: CameraEventsOptions,
): AsyncGenerator<CameraNews> {
  const ledger = fileLoginLedger(clock)
  const stop = new AbortController()
  const gate = loginGate(clock)
  const options = {
    ...{clock, ledger, timeoutMs, gate: () => gate, turn: limiter(concurrency), random: Math.random},
    signal: AbortSignal.any([signal, stop.signal]),
  }
  const consumers = new Consumers(notify?.port ?? 0)
  const told = notify?.host === undefined ? {} : {told: notify.host}
  const listen = (target: PullPointTarget) =>
    notify
      ? pushed(target, {...options, ...told, consumerOn: (address) => consumers.on(address)})
      : pullPoint(target, options)
  try {
    const all = gather(
      targets.map((target) => producer(target, clock, listen)),
      () => stop.abort(),
    )
    for await (const news of all) if (initial || news.type !== 'event' || !isAtRest(news.state)) yield news
  } finally {
    await consumers.close()
    ledger.close()
  }
}

/** One HTTP server for each address of ours that cameras see; they end with the run. */
class Consumers {
  readonly #port: number
  readonly #byAddress = new Map<string, Promise<Consumer>>()

  constructor(port: number) {
    this.#port = port
  }

  on(address: string): Promise<Consumer> {
    const known = this.#byAddress.get(address) ?? openConsumer(address, this.#port)
    this.#byAddress.set(address, known)
    return known
  }

  async close(): Promise<void> {
    for (const consumer of this.#byAddress.values()) {
      await consumer.then(
        (open) => open.close(),
        () => undefined,
      )
    }
  }
}

function isAtRest(state: CameraState | undefined): boolean {
  return state?.initial === true && !state.active
}

function producer(
  {key, xaddr, credential}: CameraTarget,
  clock: Clock,
  listen: (target: PullPointTarget) => AsyncGenerator<PullPointNews>,
): Producer<CameraNews> {
  return async (put) => {
    if (xaddr === undefined) {
      await put({type: 'lost', at: clock.now(), camera: key, ...NO_ADDRESS})
      return
    }
    for await (const news of listen({xaddr, ...(credential ? {credential} : {})})) {
      for (const line of linesOf(news, key, clock.now())) await put(line)
    }
  }
}

const NO_ADDRESS = {
  cause: 'no-address',
  detail: 'the inventory has no address',
  retryMs: Number.POSITIVE_INFINITY,
} as const

function linesOf(news: PullPointNews, camera: string, at: number): CameraNews[] {
  if (news.kind === 'subscribed') return [{type: 'live', at, camera}]
  if (news.kind === 'lost') {
    const {cause, detail, retryMs} = news
    return [{type: 'lost', at, camera, cause, detail, retryMs}]
  }
  return news.notices.map((notice) => {
    const state = stateOf(notice)
    return {type: 'event', at, camera, ...(state ? {state} : {}), notice}
  })
}

/** Time, camera, what, on or off, of which part, topic; a topic that is not known with what it says. */
export function eventLine({at, camera, state, notice}: Extract<CameraNews, {type: 'event'}>): string {
  const {topic, source, data} = notice
  const words = ({name, value}: {readonly name: string; readonly value: string}) => `${name}=${value}`
  const told = state
    ? [state.condition, state.active ? 'on' : 'off', state.source ?? '', topic, state.initial ? 'initial' : '']
    : ['', '', source.map(words).join(' '), topic, data.map(words).join(' ')]
  return [new Date(at).toISOString(), camera, ...told].map((cell) => safeText(cell)).join('\t')
}

/** What became of the line to a camera, for the person at the terminal. */
export function linkLine(news: Exclude<CameraNews, {type: 'event'}>): string {
  if (news.type === 'live') return `${news.camera}: subscribed`
  const again = Number.isFinite(news.retryMs) ? `, again in ${durationText(news.retryMs)}` : ''
  return `${news.camera}: ${news.cause}: ${news.detail}${again}`
}
