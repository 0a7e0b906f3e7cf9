/** The baseline of ETSI with the ports of one simulated camera, and an audit of that camera over real sockets. */
import {createServer} from 'node:net'
import {onTestFinished} from 'vitest'
import {type AuditOptions, auditCamera} from '../../src/camera/audit/audit.ts'
import {type Baseline, type BaselinePort, parseBaseline, type RuleId} from '../../src/camera/audit/baseline.ts'
import etsi from '../../src/camera/audit/baselines/etsi.json' with {type: 'json'}
import type {AuditResult} from '../../src/camera/audit/result.ts'
import {loginGate} from '../../src/camera/login-gate.ts'
import type {Credential} from '../../src/lib/secret.ts'
import {listening} from '../../src/net/listen.ts'
import type {CameraSpec, SimCamera} from '../../src/sim/camera/camera.ts'
import {startFleet} from '../../src/sim/camera/fleet.ts'
import {patientClock} from './clock.ts'
import {countingLedger} from './ledger.ts'
import {TEST_CREDENTIAL} from './sim-camera.ts'

/** Different ports of that address, all free a moment ago. */
export async function closedPorts(address: string, count: number): Promise<number[]> {
  const servers = Array.from({length: count}, () => createServer())
  const ports = await Promise.all(servers.map((server) => listening(server, address, 0)))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export function baselineWith(ports: readonly BaselinePort[]): Baseline {
  return parseBaseline({...etsi, ports})
}

/** Where that camera has what a baseline asks for; a closed port where it has not. */
export async function portsOf(camera: SimCamera): Promise<BaselinePort[]> {
  const [tls = 0, telnet = 0, ftp = 0, other = 0] = await closedPorts(camera.spec.address, 4)
  return [
    {port: camera.rtspPort, kind: 'rtsp'},
    {port: camera.httpsPort || tls, kind: 'tls'},
    {port: camera.telnetPort || telnet, kind: 'telnet'},
    {port: ftp, kind: 'ftp'},
    {port: other, kind: 'other'},
    ...(camera.upnpPort ? [{port: camera.upnpPort, kind: 'upnp' as const}] : []),
  ]
}

export async function oneCamera(spec: Partial<CameraSpec>): Promise<SimCamera> {
  const clock = patientClock()
  const fleet = await startFleet(
    [
      {
        key: 'CAM-1',
        name: 'Gate',
        address: '127.0.0.1',
        httpPort: 0,
        rtspPort: 0,
        credential: TEST_CREDENTIAL,
        ...spec,
      },
    ],
    {clock},
  )
  onTestFinished(() => fleet.close())
  const [camera] = fleet.cameras
  if (!camera) throw new Error('no camera')
  return camera
}

/** A ledger that also says whether a device is quiet. */
export function quietLedger() {
  const ledger = countingLedger()
  return {...ledger, isQuiet: (device: string) => !ledger.failures.has(device)}
}

export type Audited = Readonly<Record<RuleId | 'reach', AuditResult | undefined>>

export async function audit(
  camera: SimCamera,
  options: Partial<AuditOptions> & {readonly credential?: Credential} = {},
): Promise<Audited> {
  const clock = patientClock()
  const {credential, ...others} = options
  const results = await auditCamera(
    {key: 'CAM-1', xaddr: camera.xaddr, ...(credential ? {credential} : {})},
    {
      baseline: baselineWith(await portsOf(camera)),
      allowedPorts: [],
      timeoutMs: 20_000,
      login: false,
      tryDefaults: false,
      ledger: quietLedger(),
      gate: loginGate(clock),
      clock,
      signal: new AbortController().signal,
      tried: new Set(),
      ...others,
    },
  )
  return Object.fromEntries(results.map((result) => [result.rule, result])) as Audited
}

/** Rules that made a finding. */
export function found(audited: Audited): string[] {
  return Object.values(audited).flatMap((result) => (result?.status === 'finding' ? [result.rule] : []))
}
