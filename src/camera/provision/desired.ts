/** The state that cameras are to have: checked before any camera is asked, filled in for each one. */
import {isIP} from 'node:net'
import {CitywatchError} from '../../lib/errors.ts'

/** Settings to bring about; one that is absent is left as it is. `{key}` and `{name}` stand for the camera's own. */
export interface DesiredState {
  readonly hostname?: string
  /** In order of preference. */
  readonly ntp?: readonly string[]
  readonly name?: string
}

export const FIELDS = ['name', 'ntp', 'hostname'] as const
/** In the order of risk: what could cut the camera off comes last. */
export type Field = (typeof FIELDS)[number]

/** Longest name that is written, in characters, and most NTP servers. */
const MAX_NAME_LENGTH = 64
const MAX_NTP_SERVERS = 4

/** What a setting must look like, in words, when it does not; undefined when it does. */
const EXPECTED = {
  hostname: 'letters, digits and hyphens, at most 63 a label (RFC 1123)',
  ntp: `1 to ${MAX_NTP_SERVERS} host names or IP addresses`,
  name: `1 to ${MAX_NAME_LENGTH} printable characters`,
} as const

/** Checks what does not depend on a camera. Throws CW_USAGE when nothing is wanted, CW_BAD_VALUE for a value that cannot be. */
export function checkDesired(desired: DesiredState): DesiredState {
  if (FIELDS.every((field) => desired[field] === undefined)) {
    throw new CitywatchError('CW_USAGE', {detail: 'nothing to provision: give --ntp, --hostname or --name'})
  }
  for (const field of FIELDS) {
    const value = desired[field]
    const sample = typeof value === 'string' ? value.replace(PLACEHOLDER, 'x') : value
    if (value !== undefined && !isValid(field, sample)) {
      throw new CitywatchError('CW_BAD_VALUE', {field: `--${field}`, value: String(value), expected: EXPECTED[field]})
    }
  }
  return desired
}

/** The state for one camera, or the field whose value cannot be once `{key}` and `{name}` are filled in. */
export function desiredFor(
  desired: DesiredState,
  camera: {readonly key: string; readonly name?: string | undefined},
): {readonly state: DesiredState} | {readonly rejected: string} {
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (_, word: string) => (word === 'key' ? camera.key : (camera.name ?? '')))
  const state: DesiredState = {
    ...(desired.hostname === undefined ? {} : {hostname: fill(desired.hostname)}),
    ...(desired.ntp === undefined ? {} : {ntp: desired.ntp}),
    ...(desired.name === undefined ? {} : {name: fill(desired.name)}),
  }
  const bad = FIELDS.find((field) => state[field] !== undefined && !isValid(field, state[field]))
  return bad ? {rejected: `${bad} cannot be ${JSON.stringify(state[bad])}: expected ${EXPECTED[bad]}`} : {state}
}

const PLACEHOLDER = /\{(key|name)\}/g
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

function isValid(field: Field, value: string | readonly string[] | undefined): boolean {
  if (typeof value === 'string') return field === 'hostname' ? isHostname(value) : isName(value)
  return value !== undefined && value.length > 0 && value.length <= MAX_NTP_SERVERS && value.every(isHost)
}

function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label)) && !/^[\d.]+$/.test(text)
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || isHostname(text)
}

function isName(text: string): boolean {
  const length = Array.from(text).length
  return length > 0 && length <= MAX_NAME_LENGTH && text.trim() === text && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text)
}
