/** Every failure citywatch can name: code → exit status and the values its message needs. The only such table; docs/errors.md is made from it. */

/** The values that a message is made of. All are plain text or numbers; none is ever a secret. */
export type ErrorParams = Readonly<Record<string, string | number>>

/**
 * Exit statuses (stable, documented in the README): 1 internal · 2 usage · 3 partial or unhealthy · 4 configuration or
 * authentication · 5 unreachable or timed out · 6 conflict · 8 differences · 69 runtime too old · 130 interrupted · 143 terminated.
 */
export const ERRORS = {
  CW_INTERNAL: {exit: 1, params: ['detail']},
  CW_DISK_FULL: {exit: 1, params: ['path']},
  CW_IO: {exit: 1, params: ['path', 'detail']},
  CW_PROTOCOL_LOCAL: {exit: 1, params: ['protocol', 'detail']},
  CW_PROTOCOL_REMOTE: {exit: 1, params: ['protocol', 'detail']},
  CW_USAGE: {exit: 2, params: ['detail']},
  CW_NO_TARGET: {exit: 2, params: ['command']},
  CW_BAD_ADDRESS: {exit: 2, params: ['value', 'where']},
  CW_BAD_VALUE: {exit: 2, params: ['field', 'value', 'expected']},
  CW_FILE_NOT_FOUND: {exit: 2, params: ['path']},
  CW_FILE_EXISTS: {exit: 2, params: ['path']},
  CW_NOT_A_BACKUP: {exit: 2, params: ['path', 'detail']},
  CW_NOT_A_TABLE: {exit: 2, params: ['path', 'detail']},
  CW_TOO_LARGE: {exit: 2, params: ['path', 'what', 'limit']},
  CW_UNKNOWN_ENCODING: {exit: 2, params: ['path', 'candidates']},
  CW_UNKNOWN_COLUMN: {exit: 2, params: ['column', 'known']},
  CW_CONFIRM: {exit: 2, params: ['action', 'flag']},
  CW_ROWS_REJECTED: {exit: 3, params: ['rejected', 'rows']},
  CW_CONFIG: {exit: 4, params: ['path', 'detail']},
  CW_NO_CONTEXT: {exit: 4, params: ['name']},
  CW_AUTH: {exit: 4, params: ['target']},
  CW_FORBIDDEN: {exit: 4, params: ['what', 'detail']},
  CW_TOO_MANY_TRIES: {exit: 4, params: ['target', 'waitS']},
  CW_CERTIFICATE: {exit: 4, params: ['target', 'detail']},
  CW_NOT_LOOPBACK: {exit: 4, params: ['host']},
  CW_DISPATCH_GUARD: {exit: 4, params: ['code', 'host']},
  CW_TIMEOUT: {exit: 5, params: ['target', 'timeoutMs']},
  CW_UNREACHABLE: {exit: 5, params: ['target', 'detail']},
  CW_TOO_MANY_REQUESTS: {exit: 5, params: ['target', 'waitS']},
  CW_NO_PLATFORM: {exit: 5, params: ['url', 'detail']},
  CW_CONFLICT: {exit: 6, params: ['what', 'detail']},
  CW_PORT_IN_USE: {exit: 6, params: ['address']},
  CW_LOCKED: {exit: 6, params: ['what', 'holder']},
} as const satisfies Record<string, {exit: number; params: readonly string[]}>

export type ErrorCode = keyof typeof ERRORS

/** The params of one code, all of them required. */
export type ParamsOf<C extends ErrorCode> = Readonly<Record<(typeof ERRORS)[C]['params'][number], string | number>>

type ErrorArguments = {[C in ErrorCode]: [code: C, params: ParamsOf<C>, options?: ErrorOptions]}[ErrorCode]

/**
 * An expected failure. Anything else that reaches the top is a bug. Carries a code and values, never a sentence:
 * cli/i18n turns them into English or Chinese.
 */
export class CitywatchError extends Error {
  readonly code: ErrorCode
  readonly params: ErrorParams

  constructor(...[code, params, options]: ErrorArguments) {
    super(`${code} ${JSON.stringify(params)}`, options)
    this.name = 'CitywatchError'
    this.code = code
    this.params = params
  }
}

/** True when `error` is an expected failure, of the given code if one is given. */
export function isCitywatchError(error: unknown, code?: ErrorCode): error is CitywatchError {
  return error instanceof CitywatchError && (code === undefined || error.code === code)
}
