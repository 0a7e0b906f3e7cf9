/** How `platform serve` is told how long the log is kept, and what a panel hears when the disk is full. */
import * as Flags from '@oclif/core/flags'
import {parseDuration} from '../lib/duration.ts'
import {parseSize} from '../lib/size.ts'
import type {PlatformOptions} from '../platform/server/platform.ts'

/** Less than this would be gone while it is still written. */
const MIN_KEEP_BYTES = 1e9

export const retentionFlags = {
  retain: Flags.string({
    description: 'drop what is older, in whole segments (kept for ever): 90d',
    helpValue: 'TIME',
    helpGroup: 'LOG',
  }),
  'retain-size': Flags.string({
    description: 'drop the oldest segments when log and inventory take more than this: 20GB',
    helpValue: 'SIZE',
    helpGroup: 'LOG',
  }),
  'segment-entries': Flags.integer({
    default: 200_000,
    min: 100,
    max: 10_000_000,
    description: 'entries of one segment file',
    helpValue: 'N',
    helpGroup: 'LOG',
  }),
  'on-disk-full': Flags.option({
    options: ['nak', 'silence'] as const,
    default: 'nak',
    description: 'what a panel hears whose signal the disk does not take',
    helpGroup: 'LOG',
  })(),
}

export interface RetentionChoice {
  readonly retain?: string | undefined
  readonly 'retain-size'?: string | undefined
  readonly 'segment-entries': number
  readonly 'on-disk-full': 'nak' | 'silence'
}

/** Throws CW_BAD_VALUE. */
export function logChoice(flags: RetentionChoice): Pick<PlatformOptions, 'retention' | 'segmentRows' | 'onDiskFull'> {
  const size = flags['retain-size']
  return {
    retention: {
      ...(flags.retain === undefined ? {} : {keepMs: parseDuration(flags.retain, '--retain')}),
      ...(size === undefined ? {} : {keepBytes: parseSize(size, '--retain-size', MIN_KEEP_BYTES)}),
    },
    segmentRows: flags['segment-entries'],
    onDiskFull: flags['on-disk-full'],
  }
}
