/** Asks a device what it should tell only after a login, without one. No credential exists here, so none can be lost. */
import {safeText} from '../../lib/safe-text.ts'
import {writeEnvelope} from '../../protocol/soap/envelope.ts'
import {DeviceFailure} from '../failure.ts'
import type {LoginLedger} from '../login-ledger.ts'
import {getDeviceInformation} from '../onvif/operations.ts'
import {type OnvifSession, openOnvif} from '../onvif/session.ts'
import {type Answer, Transport} from '../onvif/transport.ts'
import type {FactorySign} from './baseline.ts'
import type {AuditFacts, DoorFact, SchemesFact} from './facts.ts'
import type {LookOptions} from './ports.ts'
import {offered} from './rtsp.ts'
import {mediaUris, told} from './told.ts'

/** What was learnt without a login; `streamUri` and `snapshotUri` where the device told them. */
export interface AnonymousLook extends Pick<AuditFacts, 'onvif' | 'clock' | 'factory' | 'schemes'> {
  readonly streamUri?: string
  readonly snapshotUri?: string
  /** What it said of itself, for guessing its maker. */
  readonly words: string
}

const NO_LOGINS: LoginLedger = {mayTry: () => false, trying() {}, succeeded() {}, failed() {}}
const MAX_WORDS = 4_096

export async function lookAnonymously(
  xaddr: URL,
  signs: readonly FactorySign[],
  options: LookOptions,
): Promise<AnonymousLook> {
  const {remainingMs, clock, signal} = options
  const common = {timeoutMs: remainingMs(), clock, signal, trust: 'any' as const}
  const transport = new Transport({xaddr, ...common})
  const session = openOnvif({xaddr: xaddr.href, ledger: NO_LOGINS, ...common})
  try {
    const clockFact = await told(() => session.clock())
    const door = await askProtected(session)
    const answers = await rawAnswers(transport, xaddr, signs, remainingMs)
    const factory = factoryOf(answers, signs)
    return {
      ...door,
      ...(clockFact ? {clock: {offsetMs: clockFact.offsetMs, uncertaintyMs: clockFact.uncertaintyMs}} : {}),
      ...(factory ? {factory} : {}),
      schemes: answers.flatMap(({path, answer}) => schemesOf(xaddr, path, answer)),
      words: answers
        .map(({answer}) => wordsOf(answer))
        .join(' ')
        .slice(0, MAX_WORDS),
    }
  } finally {
    await Promise.all([transport.close(), session.close()])
  }
}

/** A picture's address, asked without a login. */
export async function lookAtSnapshot(xaddr: URL, uri: string, options: LookOptions): Promise<DoorFact> {
  const {remainingMs, clock, signal} = options
  const {pathname, search} = new URL(uri)
  const transport = new Transport({xaddr, timeoutMs: remainingMs(), clock, signal, trust: 'any'})
  try {
    const answer = await ask(transport, `${pathname}${search}`, remainingMs)
    if (!answer) return {state: 'unknown', detail: safeText(`no answer at ${pathname}`, 200)}
    const said = safeText(`HTTP ${answer.status} ${answer.contentType} at ${pathname}`, 200)
    const isPicture = answer.status === 200 && (/^image\//i.test(answer.contentType) || isJpeg(answer.body))
    if (isPicture) return {state: 'open', detail: said}
    return {state: answer.status === 401 || answer.status === 403 ? 'closed' : 'unknown', detail: said}
  } finally {
    await transport.close()
  }
}

function isJpeg(body: Buffer): boolean {
  return body[0] === 0xff && body[1] === 0xd8
}

/** Operations that only somebody who has logged in should get an answer to. */
async function askProtected(
  session: OnvifSession,
): Promise<Pick<AnonymousLook, 'onvif' | 'streamUri' | 'snapshotUri'>> {
  const open: string[] = []
  const closed: string[] = []
  const odd: string[] = []
  const question = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await work()
      open.push(name)
      return answer
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error
      const isDenied = ['no-credential', 'not-permitted', 'locked-out'].includes(error.why)
      if (isDenied) closed.push(name)
      else odd.push(`${name}: ${error.detail}`)
      return undefined
    }
  }
  await question('GetDeviceInformation', () => session.identity())
  await question('GetUsers', () => session.users())
  const profiles = await question('GetProfiles', () => session.profiles())
  return {onvif: doorOf(open, closed, odd), ...(await mediaUris(session, profiles?.[0]?.token))}
}

/** Closed only when every question that was understood was refused. */
function doorOf(open: readonly string[], closed: readonly string[], odd: readonly string[]): DoorFact {
  if (open.length > 0) return {state: 'open', detail: safeText(`${open.join(', ')} answered without a login`, 200)}
  if (closed.includes('GetDeviceInformation') || closed.includes('GetUsers'))
    return {state: 'closed', detail: safeText(`${closed.join(', ')} refused without a login`, 200)}
  return {state: 'unknown', detail: safeText(odd[0] ?? 'no answer', 200)}
}

interface Heard {
  readonly path: string
  readonly answer: Answer
}

/** The answers as they came, for the logins that they offer and the words that they say. */
async function rawAnswers(
  transport: Transport,
  xaddr: URL,
  signs: readonly FactorySign[],
  remainingMs: () => number,
): Promise<Heard[]> {
  const heard: Heard[] = []
  const keep = (path: string, answer: Answer | undefined) => void (answer && heard.push({path, answer}))
  const own = xaddr.pathname + xaddr.search
  keep(own, await ask(transport, own, remainingMs, writeEnvelope({body: getDeviceInformation().body})))
  keep('/', await ask(transport, '/', remainingMs))
  for (const {path} of signs) keep(path, await ask(transport, path, remainingMs))
  return heard
}

function ask(
  transport: Transport,
  path: string,
  remainingMs: () => number,
  body?: string,
): Promise<Answer | undefined> {
  const headers = {
    'accept-encoding': 'identity',
    ...(body ? {'content-type': 'application/soap+xml; charset=utf-8'} : {}),
  }
  return told(() =>
    transport.ask({method: body ? 'POST' : 'GET', path, headers, timeoutMs: remainingMs(), ...(body ? {body} : {})}),
  )
}

function schemesOf(xaddr: URL, path: string, {status, wwwAuthenticate}: Answer): SchemesFact[] {
  if (status !== 401 || wwwAuthenticate.length === 0) return []
  const where = safeText(`${xaddr.origin}${path}`, 120)
  return [{where, encrypted: xaddr.protocol === 'https:', ...offered(wwwAuthenticate)}]
}

function wordsOf({body, wwwAuthenticate}: Answer): string {
  return `${body.subarray(0, 2_048).toString('utf8')} ${wwwAuthenticate.join(' ')}`
}

function factoryOf(heard: readonly Heard[], signs: readonly FactorySign[]): DoorFact | undefined {
  const asked = heard.filter(({path, answer}) => signs.some((sign) => sign.path === path) && answer.status !== 404)
  for (const {path, answer} of asked) {
    const sign = signs.find((one) => one.path === path && answer.body.includes(one.text))
    if (sign) return {state: 'open', detail: safeText(`says ${sign.text} at ${path}`, 200)}
  }
  const [first] = asked.filter(({answer}) => answer.status === 200 || answer.status === 401)
  return first && {state: 'closed', detail: safeText(`HTTP ${first.answer.status} at ${first.path}`, 200)}
}
