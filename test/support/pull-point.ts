/** One camera that is listened to, for one test. */
import {onTestFinished} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {type PullPointNews, type PullPointOptions, pullPoint} from '../../src/camera/pull-point.ts'
import {limiter} from '../../src/lib/limiter.ts'
import type {Credential} from '../../src/lib/secret.ts'
import type {SimCamera} from '../../src/sim/camera/camera.ts'
import {patientClock} from './clock.ts'
import {countingLedger} from './ledger.ts'
import {LOGIN} from './onvif-cameras.ts'

/** News of the camera, in order, and the way to end it. */
export function listenTo(camera: SimCamera, more: Partial<PullPointOptions> & {credential?: Credential} = {}) {
  const clock = patientClock()
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const ledger = countingLedger()
  const gate = loginGate(clock)
  const {credential = LOGIN, ...options} = more
  const news = pullPoint(
    {xaddr: camera.xaddr, credential},
    {
      clock,
      ledger,
      gate: () => gate,
      signal: stop.signal,
      turn: limiter(8),
      random: () => 0,
      timeoutMs: 5_000,
      ...options,
    },
  )
  return {news, stop, ledger}
}

/** News until one of the kind. */
export async function until<K extends PullPointNews['kind']>(
  news: AsyncGenerator<PullPointNews>,
  kind: K,
): Promise<Extract<PullPointNews, {kind: K}>> {
  for (;;) {
    const next = await news.next()
    if (next.done) throw new Error(`it ended before ${kind}`)
    if (next.value.kind === kind) return next.value as Extract<PullPointNews, {kind: K}>
  }
}
