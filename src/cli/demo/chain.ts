/** The whole chain without a terminal: inventory → cameras probed → panel signals → stream → acknowledgements, counted at each end. */

import type {Clock} from '../../lib/clock.ts'
import {safeName} from '../../lib/safe-text.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {ProbeReport} from '../../model/probe.ts'
import {PANEL_ZONES} from '../../sim/city/catalogue.ts'
import {FAULTS, type FaultName} from '../../sim/faults.ts'
import {type Accounting, runPanels} from '../../sim/panel/panels.ts'
import {probeRun} from '../probe-run.ts'
import {type ProbeSummary, summarise} from '../render/probe.ts'
import type {Demo} from './open.ts'

export interface ChainOptions {
  /** Signals that each panel sends. */
  readonly signals: number
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told once a step is done. */
  readonly note: (text: string) => void
}

export interface ChainSummary {
  readonly inventory: {readonly sites: number; readonly cameras: number; readonly panels: number}
  readonly probes: ProbeSummary & {
    /** Cameras that the simulator made sick, and how many of them the probe named rightly. */
    readonly planted: number
    readonly named: number
  }
  readonly signals: Accounting & {
    /** Signals that came out of the alarm stream. */
    readonly shown: number
    /** Alarms that they raised, and how many of them every watcher saw acknowledged. */
    readonly alarms: number
    readonly acknowledged: number
  }
  /** What does not add up, in words; empty when all does. */
  readonly problems: readonly string[]
}

/** How long the stream may take to show what the panels have sent, ms. */
const STREAM_TIMEOUT_MS = 30_000
const PROBE = {timeoutMs: 10_000, concurrency: 64, maxSkewMs: 30_000, transport: 'auto', keepBytes: 0} as const

export async function runChain(demo: Demo, options: ChainOptions): Promise<ChainSummary> {
  const status = await demo.client.status()
  const {site: sites, camera: cameras, panel: panels} = status.devices
  options.note(`inventory: ${sites} sites, ${cameras} cameras, ${panels} panels at ${demo.platform.url}`)
  const reports = await probeAll(demo, options)
  const signals = await signalAll(demo, options)
  const named = reports.filter((report) => isNamed(report, demo.city.city.truth.get(report.camera)))
  const planted = demo.city.city.truth.size
  const probes = {...summarise(reports), planted, named: planted - (reports.length - named.length)}
  const wrong = reports.filter((report) => !named.includes(report))
  return {
    inventory: {sites, cameras, panels},
    probes,
    signals,
    problems: [...problemsOf(cameras, probes, signals), ...wrong.map(wrongly(demo))],
  }
}

async function probeAll(demo: Demo, {clock, signal, note}: ChainOptions): Promise<ProbeReport[]> {
  const reports: ProbeReport[] = []
  const started = clock.now()
  const {credential} = demo
  async function* targets() {
    for await (const {key, name, xaddr} of demo.client.devices('camera'))
      yield {key, name, credential, ...(xaddr ? {xaddr} : {})}
  }
  for await (const {report} of probeRun(targets(), clock, {...PROBE, signal, ledgerFolder: demo.folder}))
    reports.push(report)
  note(`probed: ${reports.length} cameras in ${((clock.now() - started) / 1000).toFixed(1)} s`)
  return reports
}

/** True when the probe says of a camera what the simulator did to it. */
function isNamed({verdict, cause}: ProbeReport, fault: FaultName | undefined): boolean {
  if (fault === undefined) return verdict === 'healthy'
  // Where a full queue refuses rather than drops (not Linux), a camera without power looks switched off.
  if (fault === 'dead' && cause === 'refused') return true
  return verdict === FAULTS[fault].verdict && cause === FAULTS[fault].cause
}

async function signalAll(demo: Demo, options: ChainOptions): Promise<ChainSummary['signals']> {
  const {clock, seed, signals, note} = options
  const stop = new AbortController()
  const abort = () => stop.abort()
  options.signal.addEventListener('abort', abort, {once: true})
  const monitor = watchAll(demo, clock, stop.signal)
  try {
    const accounting = await runPanels(
      demo.city.city.panels.map(({account}) => ({account, zones: PANEL_ZONES.length})),
      {
        receiver: {host: '127.0.0.1', port: demo.platform.dc09Port},
        seed,
        events: signals,
        intervalMs: 0,
        clock,
        signal: stop.signal,
      },
    )
    note(`panels: ${accounting.sent} signals sent, ${accounting.acked} acknowledged by the receiver`)
    await monitor.until(({shown}) => shown >= accounting.acked)
    const {alarms} = await demo.client.snapshot()
    for (const {id, version} of alarms) await demo.client.ack({id, version, by: OPERATOR})
    await monitor.until(({acknowledged}) => acknowledged >= alarms.length)
    const {shown, acknowledged} = monitor.counts
    return {...accounting, shown, alarms: alarms.length, acknowledged}
  } finally {
    stop.abort()
    options.signal.removeEventListener('abort', abort)
    await monitor.done
  }
}

interface Counts {
  shown: number
  acknowledged: number
}

/** Counts what a monitor would draw: every signal of the stream, every alarm acknowledged by a person. */
function watchAll(demo: Demo, clock: Clock, signal: AbortSignal) {
  const counts: Counts = {shown: 0, acknowledged: 0}
  const waiting = new Set<() => void>()
  const done = (async () => {
    const {position} = await demo.client.snapshot()
    for await (const message of demo.client.watch(position, {clock, signal})) {
      if (message.type === 'entry') count(counts, message.entry)
      for (const wake of waiting) wake()
    }
  })()
  const until = (enough: (counts: Counts) => boolean) =>
    Promise.race([
      new Promise<void>((resolve) => {
        const wake = () => {
          if (!enough(counts)) return
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
        wake()
      }),
      clock.sleep(STREAM_TIMEOUT_MS, signal).catch(() => {}),
    ])
  return {counts, until, done}
}

function count(counts: Counts, entry: LogEntry): void {
  if (entry.type === 'signal') counts.shown += 1
  if (entry.type === 'action' && entry.alarm.handling !== 'new') counts.acknowledged += 1
}

function problemsOf(cameras: number, probes: ChainSummary['probes'], signals: ChainSummary['signals']): string[] {
  const {sent, acked, refused, lost, shown, alarms, acknowledged} = signals
  const facts: readonly (readonly [boolean, string])[] = [
    [probes.cameras === cameras, `${cameras} cameras in the inventory, ${probes.cameras} probed`],
    [probes.named === probes.planted, `${probes.planted} cameras made sick, ${probes.named} named rightly`],
    [sent === acked + refused + lost, `${sent} signals sent, ${acked} + ${refused} + ${lost} accounted for`],
    [acked === sent, `${sent - acked} signals not acknowledged by the receiver`],
    [shown === acked, `${acked} signals received, ${shown} shown`],
    [alarms > 0 && acknowledged === alarms, `${alarms} alarms, ${acknowledged} acknowledged`],
  ]
  return facts.filter(([good]) => !good).map(([, words]) => words)
}

function wrongly(demo: Demo): (report: ProbeReport) => string {
  return ({camera, verdict, cause}) => {
    const fault = demo.city.city.truth.get(camera)
    return `camera ${camera}: ${fault ? `made ${fault}` : 'healthy'}, reported ${verdict}${cause ? ` (${cause})` : ''}`
  }
}

const OPERATOR = safeName('demo')
