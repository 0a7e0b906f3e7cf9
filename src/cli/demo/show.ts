/** The demo with a screen: panels signal and cameras are probed while the monitor is open. */

import type {Clock} from '../../lib/clock.ts'
import type {ProbeReport} from '../../model/probe.ts'
import {PANEL_ZONES} from '../../sim/city/catalogue.ts'
import {runPanels} from '../../sim/panel/panels.ts'
import {probeRun} from '../probe-run.ts'
import {summarise, verdictLine} from '../render/probe.ts'
import type {Demo} from './open.ts'

export interface ShowOptions {
  readonly seed: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly note: (text: string) => void
}

/** A panel of the demo signals about once in this time, ms: enough to see the screen live, too slow to flood it. */
const INTERVAL_MS = 20_000
const PROBE = {timeoutMs: 10_000, concurrency: 16, maxSkewMs: 30_000, transport: 'auto', keepBytes: 0} as const

/** Runs the world around `monitor` until it returns, then says what the probe found. */
export async function showCity(demo: Demo, options: ShowOptions, monitor: () => Promise<void>): Promise<void> {
  const {seed, clock, note} = options
  const stop = new AbortController()
  const abort = () => stop.abort()
  options.signal.addEventListener('abort', abort, {once: true})
  for (const line of hints(demo)) note(line)
  const panels = runPanels(
    demo.city.city.panels.map(({account}) => ({account, zones: PANEL_ZONES.length})),
    {
      receiver: {host: '127.0.0.1', port: demo.platform.dc09Port},
      seed,
      events: Number.POSITIVE_INFINITY,
      intervalMs: INTERVAL_MS,
      clock,
      signal: stop.signal,
    },
  )
  const reports = probeAll(demo, clock, stop.signal)
  try {
    await monitor()
  } finally {
    abort()
    options.signal.removeEventListener('abort', abort)
    const [sums, probed] = await Promise.all([panels, reports])
    note(verdictLine(summarise(probed)))
    note(`${sums.sent} signals sent by the panels, ${sums.acked} acknowledged by the receiver`)
  }
}

async function probeAll(demo: Demo, clock: Clock, signal: AbortSignal): Promise<ProbeReport[]> {
  const {credential} = demo
  const reports: ProbeReport[] = []
  const targets = demo.city.cameras.map(({spec, xaddr}) => ({key: spec.key, xaddr, credential}))
  for await (const {report} of probeRun(targets, clock, {...PROBE, signal, ledgerFolder: demo.folder}))
    reports.push(report)
  return reports
}

/** What to try beside the monitor, ready to be pasted into another terminal. */
function hints(demo: Demo): readonly string[] {
  return [
    `${demo.city.cameras.length} cameras (${demo.city.city.truth.size} sick) and ${demo.city.city.panels.length} panels; platform ${demo.platform.url}`,
    'while the monitor is open, try in another terminal:',
    `  npx citywatch camera probe --all --platform ${demo.platform.url} --user ${demo.credential.user} --password-file ${demo.passwordFile}`,
    `  npx citywatch alarm list --platform ${demo.platform.url}`,
  ]
}
