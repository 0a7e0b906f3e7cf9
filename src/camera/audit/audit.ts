/** Looks at cameras from outside and holds them against a baseline: a result for each rule of each camera. Nothing is changed. */
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'
import {present} from '../../lib/fields.ts'
import {pool} from '../../lib/pool.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {ProbeTarget} from '../probe-options.ts'
import {type AnonymousLook, lookAnonymously, lookAtSnapshot} from './anonymous.ts'
import type {Baseline, BaselinePort, Rule} from './baseline.ts'
import {factorySource} from './factory-logins.ts'
import type {AuditFacts, PortFact, TlsFact} from './facts.ts'
import {judge} from './judge.ts'
import {type LoggedIn, type LoginOptions, lookLoggedIn, type Tried, tryFactoryLogin} from './logins.ts'
import {type LookOptions, lookAtPorts} from './ports.ts'
import type {AuditResult} from './result.ts'
import {lookAtRtsp, type RtspLook} from './rtsp.ts'
import {lookAtTls} from './tls.ts'
import {lookAtUpnp} from './upnp.ts'

export interface AuditOptions extends Omit<LoginOptions, 'remainingMs'> {
  readonly baseline: Baseline
  /** For everything that is asked of one camera, ms. */
  readonly timeoutMs: number
  /** Open ports that are as they should be. */
  readonly allowedPorts: readonly number[]
  /** Log in with the credential of the target, once. */
  readonly login: boolean
  /** Try one factory login. */
  readonly tryDefaults: boolean
}

/** The results of one camera together, in the order of the baseline; cameras in the order in which they finish. */
export function auditFleet(
  targets: Iterable<ProbeTarget>,
  options: AuditOptions & {readonly concurrency: number},
): AsyncGenerator<readonly AuditResult[]> {
  const tried: Tried = new Set()
  return pool(targets, options.concurrency, (target) => auditCamera(target, {...options, tried}), options.signal)
}

/** Never throws for what a camera does: one that cannot be looked at is a result of its own, `reach`. */
export async function auditCamera(
  target: ProbeTarget,
  options: AuditOptions & {readonly tried: Tried},
): Promise<readonly AuditResult[]> {
  const {baseline, clock, timeoutMs, signal} = options
  const at = clock.now()
  const say = reporter(target, baseline, at)
  const {xaddr: text} = target
  if (text === undefined) return [say.unreached('the inventory has no address')]
  const xaddr = new URL(text)
  const address = await addressOf(xaddr.hostname.replace(/^\[|\]$/g, ''))
  if (address === undefined) return [say.unreached(`the name ${xaddr.hostname} stands for no address`)]
  const remainingMs = () => Math.max(1, at + timeoutMs - clock.now())
  const facts = await look(target, xaddr, {...options, address, remainingMs})
  if (signal.aborted) return [say.unreached('the run was stopped')]
  if (!facts.reached) return [say.unreached(facts.ports.map(({port, state}) => `${port} ${state}`).join(', '))]
  const judged = baseline.rules.map((rule) => say.judged(rule, facts))
  const mute = muteWords(facts, portOf(xaddr))
  return mute === undefined ? judged : [say.unreached(mute), ...judged]
}

/** Its ports were looked at, but its own service said nothing: too little to call it fine. Undefined where it spoke. */
function muteWords({onvif, clock, ports}: AuditFacts, own: number): string | undefined {
  if (clock || onvif?.state === 'open' || onvif?.state === 'closed') return undefined
  if (onvif) return `ports only, ONVIF says nothing: ${onvif.detail}`
  return `ports only, its own port ${own} is ${ports.find(({port}) => port === own)?.state ?? 'unasked'}`
}

type Looking = AuditOptions & LookOptions & {readonly tried: Tried}

async function look(target: ProbeTarget, xaddr: URL, options: Looking): Promise<AuditFacts> {
  const {credential} = target
  const asked = portsOf(options.baseline.ports, xaddr, options.allowedPorts)
  const ports = await lookAtPorts(asked, options)
  const reached = ports.some(({state}) => state === 'open')
  const scheme = xaddr.protocol
  const known = {factoryLogin: credential ? (factorySource(credential) ?? null) : undefined}
  const nothing = {reached, scheme, ports, tls: [], schemes: [], rtspSchemes: [], ...present(known)}
  if (!reached) return nothing
  const [tls, upnp] = await Promise.all([tlsOf(xaddr, ports, options), upnpOf(options)])
  const isOpen = ports.some(({port, state}) => port === portOf(xaddr) && state === 'open')
  // A device is asked one thing at a time: some take few connections.
  const anonymous = isOpen
    ? await lookAnonymously(xaddr, options.baseline.factoryState, options)
    : {schemes: [], words: ''}
  const loggedIn = isOpen && options.login && credential ? await lookLoggedIn(xaddr, credential, options) : {}
  const rtsp = await rtspOf(xaddr, ports, anonymous, loggedIn, options)
  const snapshotUri = anonymous.snapshotUri ?? loggedIn.snapshotUri
  const defaultTry = options.tryDefaults && isOpen ? await tryFactoryLogin(xaddr, anonymous.words, options) : undefined
  return {
    ...nothing,
    tls,
    schemes: anonymous.schemes,
    rtspSchemes: rtsp?.schemes ? [rtsp.schemes] : [],
    ...present({
      upnp,
      onvif: anonymous.onvif,
      clock: anonymous.clock,
      factory: anonymous.factory,
      rtsp: rtsp?.door,
      snapshot: snapshotUri === undefined ? undefined : await lookAtSnapshot(xaddr, snapshotUri, options),
      login: loggedIn.login,
      timeServers: loggedIn.timeServers,
      defaultTry,
    }),
  }
}

/** The baseline's ports and the device's own; what the operator declares, and what the device is reached by, is not "other". */
function portsOf(ports: readonly BaselinePort[], xaddr: URL, allowed: readonly number[]): BaselinePort[] {
  const own = portOf(xaddr)
  const byPort = new Map(ports.map((one) => [`${one.kind === 'upnp'}${one.port}`, one]))
  const kind = xaddr.protocol === 'https:' ? 'tls' : 'web'
  byPort.set(`false${own}`, {port: own, kind})
  return [...byPort.values()].filter(({port, kind}) => kind !== 'other' || !allowed.includes(port))
}

function portOf({port, protocol}: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80))
}

async function tlsOf({hostname}: URL, ports: readonly PortFact[], options: Looking): Promise<TlsFact[]> {
  const seen: TlsFact[] = []
  for (const {port, kind, state} of ports) {
    if (kind !== 'tls' || state !== 'open') continue
    const fact = await lookAtTls(hostname.replace(/^\[|\]$/g, ''), port, options)
    if (fact) seen.push(fact)
  }
  return seen
}

async function upnpOf(options: Looking): Promise<AuditFacts['upnp']> {
  const asked = options.baseline.ports.find(({kind}) => kind === 'upnp')
  return asked && lookAtUpnp(asked.port, options)
}

/** The stream that the camera names, else the root of the first RTSP port that is open. */
async function rtspOf(
  xaddr: URL,
  ports: readonly PortFact[],
  anonymous: Pick<AnonymousLook, 'streamUri'>,
  loggedIn: LoggedIn,
  options: Looking,
): Promise<RtspLook | undefined> {
  const host = xaddr.hostname
  const named = anonymous.streamUri ?? loggedIn.streamUri
  if (named !== undefined) {
    const url = new URL(named)
    const secure = url.protocol === 'rtsps:'
    const port = Number(url.port || (secure ? 322 : 554))
    return lookAtRtsp({host, port, secure, path: `${url.pathname}${url.search}`, known: true}, options)
  }
  const open = ports.find(({kind, state}) => kind === 'rtsp' && state === 'open')
  return open && lookAtRtsp({host, port: open.port, secure: false, path: '/', known: false}, options)
}

async function addressOf(host: string): Promise<string | undefined> {
  if (isIP(host)) return host
  return lookup(host).then(
    ({address}) => address,
    () => undefined,
  )
}

function reporter({key, name, xaddr}: ProbeTarget, baseline: Baseline, at: number) {
  const common = {camera: key, ...present({name, xaddr}), baseline: `${baseline.name} ${baseline.version}`, at}
  return {
    unreached: (why: string): AuditResult => ({
      ...common,
      rule: 'reach',
      severity: 'high',
      status: 'untested',
      seen: safeText(`not looked at: ${why}`, 300),
      right: safeText('a camera that answers'),
      source: safeText('no rule can be held against what does not answer'),
    }),
    judged(rule: Rule, facts: AuditFacts): AuditResult {
      const {seen, ...judgement} = judge(facts, rule, at)
      return {
        ...common,
        rule: rule.id,
        provision: rule.provision,
        severity: rule.severity,
        ...judgement,
        seen: safeText(seen, 300),
        right: safeText(rule.right.replace('{limit}', String(rule.limit ?? ''))),
        source: safeText(`${rule.mark}: ${rule.source}`),
      }
    },
  }
}
