/** The flags of `camera probe` that say how long streams are measured and whose certificates are trusted. */
import {readFile} from 'node:fs/promises'
import type {SecureContext} from 'node:tls'
import * as Flags from '@oclif/core/flags'
import {CitywatchError, type ParamsOf} from '../lib/errors.ts'

/** Longest measurement of one stream, ms. */
const MAX_MEASURE_MS = 3_600_000

export const streamFlags = {
  measure: Flags.integer({
    default: 0,
    min: 0,
    max: MAX_MEASURE_MS,
    description: 'how long each stream is measured after its first key frame; comes on top of --timeout',
    helpValue: 'MS',
  }),
  'camera-ca': Flags.string({
    description: 'PEM file: certificates that are trusted for https:// and rtsps:// besides the usual ones',
    helpValue: 'FILE',
  }),
}

export interface StreamFlags {
  readonly measure: number
  readonly 'camera-ca'?: string | undefined
}

/** Throws CW_FILE_NOT_FOUND, and CW_BAD_VALUE for a file without a certificate. */
export async function streamOptions(
  flags: StreamFlags,
): Promise<{readonly measureMs: number; readonly trust?: SecureContext}> {
  const path = flags['camera-ca']
  return {measureMs: flags.measure, ...(path === undefined ? {} : {trust: await trustIn(path)})}
}

async function trustIn(path: string): Promise<SecureContext> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
  })
  const wrong = {field: '--camera-ca', value: path, expected: 'certificates in PEM'}
  const trust = await trustOf(text, wrong)
  if (trust) return trust
  throw new CitywatchError('CW_BAD_VALUE', wrong)
}

async function trustOf(pem: string, wrong: ParamsOf<'CW_BAD_VALUE'>): Promise<SecureContext | undefined> {
  const {trusting} = await import('../net/trust.ts')
  try {
    return trusting(pem)
  } catch (cause) {
    throw new CitywatchError('CW_BAD_VALUE', wrong, {cause})
  }
}
