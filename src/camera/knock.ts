/** Knocks at a camera before its turn: that nobody is there is then known by the time its checks would begin. */
import {connect, isIP} from 'node:net'
import type {Clock} from '../lib/clock.ts'
import type {ProbeReport} from '../model/probe.ts'
import {DeviceFailure} from './failure.ts'
import {connectLimitMs} from './onvif/connector.ts'
import type {ProbeOptions, ProbeTarget} from './probe-options.ts'
import {ProbeRun} from './probe-run.ts'

/** Cameras that are knocked at ahead of those that are being probed: so many for each, and never more than this at once. */
const KNOCKS_PER_PROBE = 16
const MAX_KNOCKS = 768

/** How many connections may be under way, or answered and waiting for their turn, beside `concurrency` probes. */
export function knocksBeside(concurrency: number): number {
  return Math.min(MAX_KNOCKS, concurrency * KNOCKS_PER_PROBE)
}

/**
 * One bare TCP connection: nothing is sent, least of all a login, and it is closed before this resolves, so that a camera
 * with room for one connection has it free for its checks. The report of a dead camera, the same as its checks would give,
 * when the connection neither succeeds nor fails within its limit; undefined for everything else: the checks will say it.
 * Hosts with a name are not knocked at, because a name server that hangs would hold up the probes.
 */
export async function knock(
  target: ProbeTarget,
  options: ProbeOptions,
  signal: AbortSignal,
): Promise<ProbeReport | undefined> {
  const endpoint = endpointOf(target.xaddr)
  if (!endpoint) return undefined
  const run = new ProbeRun(target, options)
  const limitMs = connectLimitMs(options.timeoutMs)
  if (!(await staysSilent(endpoint, limitMs, options.clock, signal))) return undefined
  run.fail(new DeviceFailure('timeout-connect', `no connection within ${limitMs} ms`))
  return run.report()
}

interface Endpoint {
  readonly host: string
  readonly port: number
}

function endpointOf(xaddr: string | undefined): Endpoint | undefined {
  const url = xaddr === undefined ? null : URL.parse(xaddr)
  if (!url) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) ? {host, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80))} : undefined
}

/** False once connected, refused, or called off. */
function staysSilent(endpoint: Endpoint, limitMs: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint)
    const late = new AbortController()
    let silent = false
    const end = () => socket.destroy()
    socket.once('connect', end)
    socket.once('error', end)
    signal.addEventListener('abort', end, {once: true, signal: late.signal})
    socket.once('close', () => {
      late.abort(SETTLED)
      resolve(silent)
    })
    clock.sleep(limitMs, late.signal).then(
      // The sockets have their turn first: what was connected while this process was busy is connected.
      () =>
        setImmediate(() => {
          silent = socket.connecting
          end()
        }),
      () => {},
    )
  })
}

const SETTLED = 'the knock is answered'
