/** `panel listen`: what its flags mean to the receiver; keys are read before the port is taken. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {ListenOptions} from '../panel/listen.ts'
import {writeText} from '../protocol/dc09/text.ts'
import {keysOf} from './panel-keys.ts'

const MAX_RSP_BYTES = 1_024

export interface ListenFlags {
  readonly host: string
  readonly port: number
  readonly answer: ListenOptions['answer']
  readonly 'rsp-data'?: string | undefined
  readonly account?: readonly string[] | undefined
  readonly keys?: string | undefined
  readonly delay?: number | undefined
  readonly 'one-in'?: number | undefined
  readonly count?: number | undefined
  readonly capture?: string | undefined
}

/** Throws as `keysOf`, and CW_BAD_VALUE. */
export async function listenOptionsOf(
  {
    host,
    port,
    answer,
    'rsp-data': rspData = '',
    account = [],
    keys,
    delay,
    'one-in': oneIn,
    count,
    capture,
  }: ListenFlags,
  warn: (text: string) => void,
): Promise<Omit<ListenOptions, 'clock' | 'signal'>> {
  return {
    host,
    port,
    answer,
    responseData: responseData(rspData),
    accounts: account,
    count,
    capture,
    ...(keys === undefined ? {} : {keys: await keysOf(keys, warn)}),
    ...(delay === undefined ? {} : {delayMs: delay}),
    ...(oneIn === undefined ? {} : {oneIn}),
  }
}

/** It goes between brackets, and must leave room for the header. */
function responseData(text: string): string {
  const data = writeText(text)
  if (data.length <= MAX_RSP_BYTES && !/[[\]\p{C}]/u.test(text)) return data
  throw new CitywatchError('CW_BAD_VALUE', {
    field: '--rsp-data',
    value: safeText(text, 40),
    expected: `at most ${MAX_RSP_BYTES} bytes without brackets, line ends and control characters`,
  })
}
