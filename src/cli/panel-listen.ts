/** `panel listen`: what its flags mean to the receiver; keys are read before the port is taken. */
import type {ListenOptions} from '../panel/listen.ts'
import {keysOf} from './panel-keys.ts'

export interface ListenFlags {
  readonly host: string
  readonly port: number
  readonly answer: ListenOptions['answer']
  readonly account?: readonly string[] | undefined
  readonly keys?: string | undefined
  readonly delay?: number | undefined
  readonly 'one-in'?: number | undefined
  readonly count?: number | undefined
  readonly capture?: string | undefined
}

/** Throws as `keysOf`. */
export async function listenOptionsOf(
  {host, port, answer, account = [], keys, delay, 'one-in': oneIn, count, capture}: ListenFlags,
  warn: (text: string) => void,
): Promise<Omit<ListenOptions, 'clock' | 'signal'>> {
  return {
    host,
    port,
    answer,
    accounts: account,
    count,
    capture,
    ...(keys === undefined ? {} : {keys: await keysOf(keys, warn)}),
    ...(delay === undefined ? {} : {delayMs: delay}),
    ...(oneIn === undefined ? {} : {oneIn}),
  }
}
