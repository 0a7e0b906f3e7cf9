/** The ways in which a simulated camera can be sick, by name, and what a probe must say of each. */
import type {Cause} from '../model/cause.ts'
import type {ProbeReport} from '../model/probe.ts'

interface Fault {
  readonly verdict: ProbeReport['verdict']
  readonly cause: Cause
  readonly meaning: string
}

/** Fault name → the verdict and cause that a true probe reports. */
export const FAULTS = {
  dead: {verdict: 'dead', cause: 'timeout-connect', meaning: 'no power: nothing answers, not even a refusal'},
  refused: {verdict: 'dead', cause: 'refused', meaning: 'host is up, its ports are closed'},
  silent: {verdict: 'sick', cause: 'timeout-read', meaning: 'takes the connection and never answers'},
  'slow-drip': {verdict: 'sick', cause: 'timeout-read', meaning: 'answers one byte every 300 ms'},
  'not-onvif': {verdict: 'sick', cause: 'not-onvif', meaning: 'a web page where ONVIF should be'},
  'broken-xml': {verdict: 'sick', cause: 'malformed-xml', meaning: 'ONVIF answers that end in the middle'},
  'huge-answer': {verdict: 'sick', cause: 'too-large', meaning: 'answers with 200 MB'},
  'deep-xml': {verdict: 'sick', cause: 'malformed-xml', meaning: 'answers with XML that is 20,000 elements deep'},
  'entity-bomb': {verdict: 'sick', cause: 'malformed-xml', meaning: 'answers with XML that would expand without end'},
  reboots: {verdict: 'sick', cause: 'reset', meaning: 'restarts whenever it has told who it is'},
  'wrong-password': {verdict: 'sick', cause: 'auth', meaning: 'has another password than the inventory says'},
  'locked-out': {verdict: 'sick', cause: 'locked-out', meaning: 'account locked after failed logins'},
  'clock-skew': {verdict: 'sick', cause: 'clock-skew', meaning: 'clock two hours off'},
  'hidden-clock': {verdict: 'sick', cause: 'clock-skew', meaning: 'tells its time only after a login; two hours off'},
  'no-rights': {verdict: 'sick', cause: 'not-permitted', meaning: 'its login may not ask who it is'},
  'no-profile': {verdict: 'sick', cause: 'no-profile', meaning: 'no media profile configured'},
  'xaddr-foreign': {verdict: 'impaired', cause: 'xaddr-foreign', meaning: 'hands out addresses of another network'},
  'rtsp-refused': {verdict: 'sick', cause: 'rtsp-unreachable', meaning: 'ONVIF answers, the RTSP port is closed'},
  'rtsp-error': {verdict: 'sick', cause: 'rtsp-error', meaning: 'RTSP answers 503 to DESCRIBE'},
  'no-frames': {verdict: 'sick', cause: 'no-frames', meaning: 'RTSP plays and sends no packet'},
  'no-key-frame': {verdict: 'sick', cause: 'no-key-frame', meaning: 'sends packets, never a key frame'},
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name)
}
