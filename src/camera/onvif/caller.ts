/** Calls one camera's operations: adds the login when the camera asks for it, once, and names what went wrong. */
import type {SecureContext} from 'node:tls'
import type {Clock} from '../../lib/clock.ts'
import type {Credential} from '../../lib/secret.ts'
import type {Element} from '../../protocol/soap/element.ts'
import {writeEnvelope} from '../../protocol/soap/envelope.ts'
import {type Xml, xml} from '../../protocol/soap/xml.ts'
import {DeviceFailure} from '../failure.ts'
import type {LoginLedger} from '../login-ledger.ts'
import type {Witness} from '../witness.ts'
import {clockOfDate, type DeviceClock, deviceClockOf} from './device-clock.ts'
import {fetchFrom} from './fetch.ts'
import {Digest, type Scheme, schemeFor} from './login.ts'
import {getSystemDateAndTime, type Operation} from './operations.ts'
import {type Denied, type Reading, readAnswer} from './reading.ts'
import {type Answer, type Question, Transport} from './transport.ts'
import {askWitnessed} from './witnessed.ts'

/** A refused login is explained by the camera's clock when that has moved by more than this since it was measured. */
const CLOCK_MOVED_MS = 30_000

/** What cameras say of a token from another time (WS-Security: MessageExpired). */
const TIME_WORDS = /expired|time\s?stamp|out of date|clock|过期|时间/i

export interface CallerOptions {
  readonly xaddr: URL
  readonly credential?: Credential
  /** For all calls together; time between calls does not count. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly ledger: LoginLedger
  readonly signal?: AbortSignal
  /** Whose certificates count for https://, `any` only where there is no credential; absent: those that Node.js trusts. */
  readonly trust?: SecureContext | 'any'
  /** Told of every exchange. */
  readonly witness?: Witness
}

/** Every method throws DeviceFailure. Calls wait for each other: a camera is asked one thing at a time. */
export class Caller {
  readonly transport: Transport
  readonly #options: CallerOptions
  #scheme: Scheme | undefined
  #proven = false
  /** The login that was refused was a token. */
  #wasToken = false
  #refusal: DeviceFailure | undefined
  #deviceClock: DeviceClock | undefined
  /** Date of the last answer, by the camera's clock. */
  #date: number | undefined
  /** When the question before that was sent, by ours. */
  #sentAt = 0
  #timeNeedsLogin = false
  #timeoutMs: number
  #spentMs = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: CallerOptions) {
    if (options.trust === 'any' && options.credential)
      throw new TypeError('a login needs a certificate that is trusted')
    this.#options = options
    this.#timeoutMs = options.timeoutMs
    this.transport = new Transport(options)
  }

  /** The answer's element, `<name>Response`. `path` is where the operation's service is on the camera. */
  call(operation: Operation, path: string): Promise<Element> {
    return this.#inTurn(() => this.#call(operation, path))
  }

  /** Asks the camera for its time, without a login where it tells it without. */
  measureClock(): Promise<DeviceClock> {
    return this.#inTurn(() => this.#measure())
  }

  /** What lies at a path of the camera by HTTP, with a login of its own where it asks for one. */
  fetch(path: string): Promise<Answer> {
    return this.#inTurn(async () => {
      const {xaddr, clock} = this.#options
      const startedAt = clock.now()
      const timeoutMs = Math.max(1, this.#timeoutMs - this.#spentMs)
      try {
        const device = {device: xaddr.host, secure: xaddr.protocol === 'https:', timeoutMs}
        return await fetchFrom(this.transport, path, {...this.#options, ...device})
      } finally {
        this.#spentMs += clock.now() - startedAt
      }
    })
  }

  /** How the camera takes logins; undefined before the first. */
  get login(): 'token' | 'digest' | undefined {
    return this.#proven ? this.#scheme?.kind : undefined
  }

  /** What a change of the camera's clock makes necessary: the next login asks for the time first. */
  forgetClock(): void {
    this.#deviceClock = undefined
  }

  /** A new limit for the calls from now on, ms: a conversation that goes on for days has one for each step. */
  allow(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs
    this.#spentMs = 0
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #call(operation: Operation, path: string): Promise<Element> {
    if (this.#scheme?.kind === 'token') await this.#knowClock()
    const reading = await this.#exchange(operation, path)
    if (reading.kind !== 'denied') return contentOf(reading, operation)
    return contentOf(
      this.#scheme ? await this.#again(operation, path, reading) : await this.#logIn(operation, path, reading),
      operation,
    )
  }

  /** The first login of the session; the only one that may be refused. */
  async #logIn(operation: Operation, path: string, asked: Denied): Promise<Reading> {
    const {credential, ledger, xaddr} = this.#options
    if (this.#refusal) throw this.#refusal
    if (asked.locked) throw this.#refuse(asked)
    if (!credential) throw new DeviceFailure('no-credential', `asks for a login: ${asked.words}`)
    if (!(await ledger.mayTry(xaddr.host, credential))) {
      throw new DeviceFailure('login-withheld', 'a login failed here less than half an hour ago')
    }
    this.#scheme = schemeFor(asked, credential)
    try {
      if (this.#scheme.kind === 'token' && operation.name !== CLOCK) await this.#knowClock()
    } catch (error) {
      ledger.untried?.(xaddr.host, credential)
      throw error
    }
    ledger.trying(xaddr.host, credential)
    let reading = await this.#exchange(operation, path)
    if (this.#isRefused(reading) && (await this.#mayTryAgain(reading))) reading = await this.#exchange(operation, path)
    if (this.#isRefused(reading)) {
      ledger.failed(xaddr.host, credential)
      this.#wasToken = this.#scheme?.kind === 'token'
      this.#scheme = undefined
      throw this.#refuse(reading)
    }
    ledger.succeeded(xaddr.host, credential)
    this.#proven = true
    return reading
  }

  /** Refused although this login was accepted before: an old nonce, a clock that was set, or a right that is missing. */
  async #again(operation: Operation, path: string, denied: Denied): Promise<Reading> {
    if (!this.#isRefused(denied) || !(await this.#mayTryAgain(denied))) return denied
    return this.#exchange(operation, path)
  }

  /** True when the refusal was not about the password, and the scheme is ready for another try. */
  async #mayTryAgain(denied: Denied): Promise<boolean> {
    if (denied.locked) return false
    if (this.#scheme instanceof Digest) {
      const renewed = this.#scheme.renewed(denied)
      const stale = this.#proven || renewed?.challenge.stale === true
      if (!renewed || !stale) return false
      this.#scheme = renewed
      return true
    }
    return this.#clockMoved()
  }

  /** A camera that tells its time only after a login is not asked again, which would be another failed one: its Date must do. */
  async #clockMoved(): Promise<boolean> {
    if (!this.#deviceClock) return false
    const before = this.#deviceClock.offsetMs
    if (this.#timeNeedsLogin) this.#deviceClock = this.#clockByDate() ?? this.#deviceClock
    else await this.#measure().catch(expected)
    return Math.abs(this.#deviceClock.offsetMs - before) > CLOCK_MOVED_MS
  }

  /** A camera that takes the Digest and refuses the operation answers with a fault, not with 401. */
  #isRefused(reading: Reading): reading is Denied {
    return reading.kind === 'denied' && !(this.#scheme?.kind === 'digest' && reading.status !== 401)
  }

  #refuse({locked, words, attemptsLeft}: Denied): DeviceFailure {
    const cause = locked ? 'locked-out' : this.#isAboutTime(words) ? 'clock-skew' : 'auth'
    this.#refusal = new DeviceFailure(cause, words, attemptsLeft === undefined ? {} : {attemptsLeft})
    return this.#refusal
  }

  /** It says of a token that its time is wrong, and its own is not known for sure. */
  #isAboutTime(words: string): boolean {
    return this.#wasToken && TIME_WORDS.test(words)
  }

  async #knowClock(): Promise<void> {
    // A camera that does not tell its time may still take a login by ours.
    if (!this.#deviceClock) await this.#measure().catch(expected)
  }

  async #measure(): Promise<DeviceClock> {
    const operation = getSystemDateAndTime()
    const path = this.#options.xaddr.pathname + this.#options.xaddr.search
    let reading = await this.#exchange(operation, path, this.#scheme?.kind === 'digest')
    if (reading.kind === 'denied') {
      // The Date of the refusal is by the camera's clock: a token made for our time would be too old or too new there.
      this.#timeNeedsLogin = true
      this.#deviceClock ??= this.#clockByDate()
      // In the middle of the first login: this question with it would be another one that may fail.
      if (this.#scheme && !this.#proven) throw new DeviceFailure('no-credential', 'tells its time only after a login')
      reading = this.#scheme ? await this.#exchange(operation, path) : await this.#logIn(operation, path, reading)
    }
    this.#deviceClock = this.#clockIn(contentOf(reading, operation))
    return this.#deviceClock
  }

  /** What the answer tells, or else its Date: some cameras leave the time out. */
  #clockIn(content: Element): DeviceClock {
    try {
      return deviceClockOf(content, this.#sentAt, this.#options.clock.now())
    } catch (error) {
      const byDate = this.#clockByDate()
      if (!byDate) throw error
      return byDate
    }
  }

  #clockByDate(): DeviceClock | undefined {
    return this.#date === undefined ? undefined : clockOfDate(this.#date, this.#sentAt, this.#options.clock.now())
  }

  /** A question that was dropped together with a kept connection is asked again; a change, or a first login, never. */
  async #exchange(operation: Operation, path: string, withLogin = true): Promise<Reading> {
    const mayRepeat = operation.readOnly && this.transport.hasAnswered && (this.#proven || !this.#scheme || !withLogin)
    try {
      return await this.#send(operation, path, withLogin)
    } catch (error) {
      if (!mayRepeat || !(error instanceof DeviceFailure) || error.why !== 'reset') throw error
      return this.#send(operation, path, withLogin)
    }
  }

  async #send({name, action, body, header: extra}: Operation, path: string, withLogin: boolean): Promise<Reading> {
    const {clock} = this.#options
    const scheme = withLogin ? this.#scheme : undefined
    const startedAt = clock.now()
    this.#sentAt = startedAt
    const token = scheme?.kind === 'token' ? scheme.header(startedAt + (this.#deviceClock?.offsetMs ?? 0)) : undefined
    const question: Question = {
      method: 'POST',
      path,
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
        'accept-encoding': 'identity',
        ...(scheme?.kind === 'digest' ? {authorization: scheme.header(path)} : {}),
      },
      body: writeEnvelope({header: joined(token, extra), body}),
      timeoutMs: Math.max(1, this.#timeoutMs - this.#spentMs),
    }
    const asked = {
      operation: name,
      login: scheme?.kind ?? 'none',
      request: () => writeEnvelope({header: extra, body}),
    } as const
    try {
      const answer = await askWitnessed(this.transport, question, asked, this.#options)
      this.#date = answer.date
      return readAnswer(answer)
    } finally {
      this.#spentMs += clock.now() - startedAt
    }
  }
}

function joined(login: Xml | undefined, extra: Xml | undefined): Xml | undefined {
  return extra === undefined ? login : xml`${login}${extra}`
}

const CLOCK = 'GetSystemDateAndTime'

/** Lets a camera's failure pass; a bug or the end of the run stays what it is. */
function expected(error: unknown): void {
  if (!(error instanceof DeviceFailure) || error.why === 'cancelled') throw error
}

function contentOf(reading: Reading, {name}: Operation): Element {
  if (reading.kind === 'fault') throw reading.failure
  if (reading.kind === 'denied') throw new DeviceFailure('not-permitted', `${name}: ${reading.words}`)
  if (reading.content.name !== `${name}Response`) {
    throw new DeviceFailure('malformed-xml', `answers <${reading.content.name.slice(0, 40)}> to ${name}`)
  }
  return reading.content
}
