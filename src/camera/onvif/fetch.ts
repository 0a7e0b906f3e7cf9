/** Fetches a picture from a camera by HTTP, with a Digest login where it asks for one; Basic only inside TLS. */
import type {Credential} from '../../lib/secret.ts'
import {offeredSchemes, parseChallenges} from '../../protocol/http-auth/digest.ts'
import {DeviceFailure} from '../failure.ts'
import type {LoginLedger} from '../login-ledger.ts'
import {type Digest, digestFor} from './login.ts'
import type {Answer, Question, Transport} from './transport.ts'
import {askWitnessed, type Witnessing} from './witnessed.ts'

export interface FetchOptions extends Witnessing {
  readonly ledger: LoginLedger
  /** `host:port` of the camera, as the ledger knows it. */
  readonly device: string
  readonly secure: boolean
  readonly timeoutMs: number
}

/**
 * The answer with status 200. Throws DeviceFailure: what the transport throws, `no-credential`, `login-withheld`, `auth`
 * (also when only Basic in the clear is offered), `not-permitted` for 403, `unsupported-op` for any other status.
 */
export async function fetchFrom(transport: Transport, path: string, options: FetchOptions): Promise<Answer> {
  const ask = (login?: Login) => {
    const authorization = login?.header(path)
    const question: Question = {
      method: 'GET',
      path,
      headers: {'accept-encoding': 'identity', ...(authorization === undefined ? {} : {authorization})},
      timeoutMs: options.timeoutMs,
    }
    const asked = {operation: 'GET', login: login ? 'digest' : 'none', request: () => `GET ${path}\n`} as const
    return askWitnessed(transport, question, asked, options)
  }
  const first = await ask()
  return pictureIn(first.status === 401 ? await loggedIn(first, ask, options) : first)
}

interface Login {
  header(path: string): string
}

async function loggedIn(
  asked: Answer,
  ask: (login: Login) => Promise<Answer>,
  {credential, ledger, device, secure}: FetchOptions,
): Promise<Answer> {
  if (!credential) throw new DeviceFailure('no-credential', 'asks for a login for its picture')
  const login = loginFor(asked, credential, secure)
  if (!(await ledger.mayTry(device, credential))) {
    throw new DeviceFailure('login-withheld', 'a login failed here less than half an hour ago')
  }
  ledger.trying(device, credential)
  let answer = await ask(login)
  const renewed = answer.status === 401 && login.digest ? renewal(login.digest, answer) : undefined
  if (renewed) answer = await ask(digestLogin(renewed))
  if (answer.status === 401) {
    ledger.failed(device, credential)
    throw new DeviceFailure('auth', 'refuses the login for its picture')
  }
  ledger.succeeded(device, credential)
  return answer
}

function loginFor({wwwAuthenticate}: Answer, credential: Credential, secure: boolean): Login & {digest?: Digest} {
  const digest = digestFor(parseChallenges(wwwAuthenticate), credential)
  if (digest) return {...digestLogin(digest), digest}
  if (!secure || !offeredSchemes(wwwAuthenticate).includes('basic')) {
    throw new DeviceFailure('auth', 'offers no login for its picture that keeps the password secret')
  }
  const pair = Buffer.from(`${credential.user}:${credential.password.reveal()}`, 'utf8').toString('base64')
  return {header: () => `Basic ${pair}`}
}

function digestLogin(digest: Digest): Login {
  return {header: (path) => digest.header(path, 'GET')}
}

/** Only where the camera says that the nonce was too old: the password was not judged then. */
function renewal(digest: Digest, {wwwAuthenticate}: Answer): Digest | undefined {
  const renewed = digest.renewed({challenges: parseChallenges(wwwAuthenticate)})
  return renewed?.challenge.stale ? renewed : undefined
}

function pictureIn(answer: Answer): Answer {
  const {status} = answer
  if (status === 200) return answer
  if (status === 403) throw new DeviceFailure('not-permitted', 'HTTP 403 for its picture')
  throw new DeviceFailure('unsupported-op', `HTTP ${status} for its picture`)
}
