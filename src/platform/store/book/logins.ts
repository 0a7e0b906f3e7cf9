/** The rule that keeps workers from locking a camera between them: a login counts as failed until its outcome is known. */
import type {SafeText} from '../../../lib/safe-text.ts'
import {type AskedLogin, LOGIN_WINDOW_MS, type LoginAnswer, type SettledLogin} from '../../../model/camera-login.ts'
import type {LoginsWrite} from '../port.ts'
import type {Book} from './book.ts'

/** Under which what is known of a device's logins is kept. */
export const KEPT_LOGIN = 'login'
/** Refusals that are kept of one device: more than any camera may see. */
const MAX_KEPT = 8

interface Try {
  readonly permit: string
  readonly at: number
  readonly worker: SafeText
}

interface DeviceLogins {
  /** Tries whose outcome nobody has told. */
  readonly open: readonly Try[]
  readonly refused: readonly Try[]
}

/** Outcomes first, then answers in the order of the questions. Told or asked again, nothing changes. */
export function roundOfLogins(book: Book, {at, worker, settled, asked}: LoginsWrite): LoginAnswer[] {
  for (const one of settled) settle(book, one, at)
  return asked.map((one) => answer(book, one, worker, at))
}

function settle(book: Book, {device, permit, outcome}: SettledLogin, at: number): void {
  const {open, refused} = loginsOf(book, device, at)
  const tried = open.find((one) => one.permit === permit)
  if (!tried) return
  const others = open.filter((one) => one !== tried)
  // A camera that lets somebody in counts from the beginning.
  if (outcome === 'accepted') keep(book, device, {open: others, refused: []})
  else if (outcome === 'untried') keep(book, device, {open: others, refused})
  else keep(book, device, {open: others, refused: [...refused, {...tried, at}].slice(-MAX_KEPT)})
}

function answer(book: Book, {device, permit, allowed}: AskedLogin, worker: SafeText, at: number): LoginAnswer {
  const {open, refused} = loginsOf(book, device, at)
  if (open.some((one) => one.permit === permit)) return 'go'
  if (refused.length >= allowed) return 'refused'
  if (refused.length + open.length >= allowed) return 'busy'
  keep(book, device, {open: [...open, {permit, at, worker}], refused})
  return 'go'
}

/** Those that still weigh. One from a time to come was noted before somebody set the clock back. */
function loginsOf(book: Book, device: string, at: number): DeviceLogins {
  const text = book.kept(KEPT_LOGIN, device)
  if (text === undefined) return {open: [], refused: []}
  const {open, refused} = JSON.parse(text) as DeviceLogins
  const weighs = (one: Try) => Math.abs(at - one.at) < LOGIN_WINDOW_MS
  return {open: open.filter(weighs), refused: refused.filter(weighs)}
}

function keep(book: Book, device: string, logins: DeviceLogins): void {
  const isEmpty = logins.open.length + logins.refused.length === 0
  book.keep(KEPT_LOGIN, device, isEmpty ? null : JSON.stringify(logins))
}
