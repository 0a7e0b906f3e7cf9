/** Asks one camera after the other checks in order — reach, clock, identity, profile, RTSP, media — and says what is wrong. */
import {LookAhead} from '../lib/look-ahead.ts'
import {pool} from '../lib/pool.ts'
import {CAUSES} from '../model/cause.ts'
import type {ProbeReport} from '../model/probe.ts'
import {type Declared, differencesOf, differenceWords} from './differences.ts'
import {DeviceFailure} from './failure.ts'
import {knock, knocksBeside} from './knock.ts'
import {throughGate} from './login-gate.ts'
import {type OnvifSession, openOnvif} from './onvif/session.ts'
import type {ProbeOptions, ProbeTarget} from './probe-options.ts'
import {ProbeRun} from './probe-run.ts'
import {redacted} from './redact.ts'
import type {StreamWatch} from './rtsp/stream-watch.ts'
import {watchStream} from './rtsp/watch-stream.ts'
import {stillPicture} from './still-picture.ts'
import {streamLogin} from './stream-login.ts'
import type {Evidence} from './witness.ts'

/** How long a deep probe measures a stream, ms: longer than the usual time from one key frame to the next. */
const DEEP_MS = 5_000
/** Of the first key frame, as evidence: more than one of 4K has. */
const EVIDENCE_BYTES = 4 * 1024 * 1024

export interface Probed {
  readonly report: ProbeReport
  /** The first picture as an H.264 or H.265 byte stream or a JPEG file, when asked for and seen. */
  readonly picture?: Buffer
}

/**
 * Reports in the order in which cameras finish; every target gets exactly one. `concurrency` cameras are asked at a time;
 * those behind them are knocked at meanwhile, so that all who are dead do their waiting at once.
 */
export function probeFleet(
  targets: AsyncIterable<ProbeTarget> | Iterable<ProbeTarget>,
  options: ProbeOptions & {
    readonly concurrency: number
    /** No camera is begun after it aborts; those that are being asked are finished. */
    readonly enough?: AbortSignal
  },
): AsyncGenerator<Probed> {
  const {concurrency} = options
  const signal = anyOf(options.signal, options.enough)
  const ahead = new LookAhead(targets, knocksBeside(concurrency), (target, gone) => knock(target, options, gone))
  return pool(
    ahead,
    concurrency,
    ({item, found}) => (found ? Promise.resolve({report: found}) : probeCamera(item, options)),
    signal,
  )
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}

/** Never throws for what a camera does: a dead camera is data. */
export async function probeCamera(target: ProbeTarget, options: ProbeOptions): Promise<Probed> {
  const run = new ProbeRun(target, options)
  try {
    await checkCamera(run)
  } catch (error) {
    run.fail(error)
  }
  return {report: run.report(), ...(run.picture ? {picture: run.picture} : {})}
}

async function checkCamera(run: ProbeRun): Promise<void> {
  const {target, options} = run
  if (target.xaddr === undefined) throw new DeviceFailure('no-address', 'the inventory has no address')
  run.evidence = options.evidence?.(target)
  const session = openOnvif({
    xaddr: target.xaddr,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    ledger: options.ledger,
    ...(target.credential ? {credential: target.credential} : {}),
    ...(options.trust ? {trust: options.trust} : {}),
    ...(options.signal ? {signal: options.signal} : {}),
    ...(run.evidence ? {witness: run.evidence} : {}),
  })
  try {
    const {offsetMs, uncertaintyMs} = await run.check('reach', () => session.clock())
    run.clock = {offsetMs, uncertaintyMs}
    judgeClock(run, offsetMs, uncertaintyMs)
    if (!run.asksFor('identity')) return
    run.identity = await run.check('identity', () =>
      throughGate(options.gate, target.credential, () => session.identity()),
    )
    const {uri, profile} = await run.check('profile', async () => {
      const [profile] = await session.profiles()
      if (!profile) throw new DeviceFailure('no-profile', 'the camera has no media profile')
      return {profile, uri: await session.streamUri(profile.token)}
    })
    if (uri.foreign) run.warn('profile', 'xaddr-foreign', `hands out ${uri.advertised}`)
    if (!run.asksFor('rtsp')) return
    if (options.askMore) await askMore(run, session)
    if (run.evidence) await keepSnapshot(run.evidence, session, profile.token)
    await checkStream(run, uri.uri, {by: 'onvif', ...profile})
  } finally {
    await session.close()
  }
}

/** A camera without a still picture is no worse for it: evidence says why there is none. */
async function keepSnapshot(evidence: Evidence, session: OnvifSession, profile: string): Promise<void> {
  try {
    const {bytes, kind} = await stillPicture(session, profile)
    evidence.snapshot(bytes, kind)
  } catch (error) {
    if (!(error instanceof DeviceFailure)) throw error
    evidence.noSnapshot(error.message)
  }
}

/** What a camera does not tell stays unknown; the checks say what is wrong with it. */
async function askMore(run: ProbeRun, session: OnvifSession): Promise<void> {
  run.osd = await told(() => session.overlay())
  run.retentionDays = await told(() => session.recordedDays())
}

async function told<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof DeviceFailure) return undefined
    throw error
  }
}

/** A clock far off is a finding, not the end: the session uses the camera's own time from here on. */
function judgeClock(run: ProbeRun, offsetMs: number, uncertaintyMs: number): void {
  const off = Math.max(0, Math.abs(offsetMs) - uncertaintyMs)
  const words = `clock ${Math.round(Math.abs(offsetMs) / 1000)} s ${offsetMs < 0 ? 'behind' : 'ahead'}`
  if (off > run.options.maxSkewMs) run.note('clock', 'fail', 'clock-skew', words)
  else if (off > run.options.warnSkewMs) run.note('clock', 'warn', 'clock-skew', words)
  else run.note('clock', 'ok')
}

async function checkStream(run: ProbeRun, url: string, profile: Declared): Promise<void> {
  const {target, options} = run
  const {credential} = target
  const device = new URL(target.xaddr ?? '').host
  const started = options.clock.now()
  const login = await streamLogin(options.ledger, device, credential)
  try {
    const watch = await watchStream(url, credential, {
      timeoutMs: run.remainingMs(),
      transport: options.transport,
      keepBytes: Math.max(options.keepBytes, run.evidence ? EVIDENCE_BYTES : 0),
      measureMs: options.measureMs || (run.level === 'deep' ? DEEP_MS : 0),
      ...(run.evidence ? {described: (sdp) => run.evidence?.described(redacted(sdp, credential))} : {}),
      ...(options.trust ? {trust: options.trust} : {}),
      clock: options.clock,
      ...login,
      ...(options.signal ? {signal: options.signal} : {}),
    })
    const differences = differencesOf([profile, ...(watch.declared ? [watch.declared] : [])], watch.facts)
    run.stream = differences.length > 0 ? {...watch.facts, differences} : watch.facts
    run.picture = watch.picture
    if (watch.picture) run.evidence?.keyFrame(watch.picture, watch.facts.codec)
    run.note('rtsp', 'ok')
    judgeMedia(run, watch, options.clock.now() - started)
  } catch (error) {
    if (error instanceof DeviceFailure && CAUSES[error.why] === 'media') run.note('rtsp', 'ok')
    throw error
  } finally {
    login.leave()
  }
}

/** Pictures that stopped are a failure; a stream that is not as it was declared still shows a picture. */
function judgeMedia(run: ProbeRun, {stopped}: StreamWatch, durationMs: number): void {
  const differences = run.stream?.differences ?? []
  if (stopped) run.note('media', 'fail', 'no-frames', stopped, durationMs)
  else if (differences.length > 0) {
    run.note('media', 'warn', 'stream-mismatch', differenceWords(differences), durationMs)
  } else run.note('media', 'ok', undefined, undefined, durationMs)
}
