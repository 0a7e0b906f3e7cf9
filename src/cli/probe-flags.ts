/** Flags of `camera probe` beside those that every command has. */
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../lib/errors.ts'
import {PROBE_LEVELS} from '../model/probe.ts'
import {skewFlag, transportFlag} from './check-flags.ts'
import {concurrencyFlag, FORMATS, outputFlags, timeoutFlag} from './flags.ts'
import {streamFlags} from './stream-flags.ts'

/** Of a camera's media, for every command that plays a stream. */
export const mediaFlags = {
  transport: transportFlag,
  'camera-ca': streamFlags['camera-ca'],
}

/** Of a command that opens a session with each camera. */
export const visitFlags = {
  all: Flags.boolean({description: "every camera of the platform's inventory"}),
  jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
  timeout: timeoutFlag(10_000, 'time for all answers of one camera'),
  concurrency: concurrencyFlag(16),
  'camera-ca': streamFlags['camera-ca'],
  'save-xml': Flags.string({
    description: 'folder for every question and answer; no passwords',
    helpValue: 'DIR',
  }),
}

const limits = {
  level: Flags.option({
    options: PROBE_LEVELS,
    default: 'stream',
    description: 'how far to ask: reach and clock; identity and profile; first picture; measured stream',
  })(),
  'max-skew': skewFlag,
  profile: Flags.string({
    description: 'limits of a health profile, by name or file; a camera that does not keep one is impaired',
    helpValue: 'NAME|FILE',
  }),
  limit: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'a limit: answer, clock, key-frame, gap, jitter in ms, loss in %, frame-rate, bit-rate in kbit/s',
    helpValue: 'METRIC=N',
  }),
}

export const probeFlags = {
  timeout: timeoutFlag(10_000, 'time for all checks of one camera'),
  concurrency: concurrencyFlag(64),
  ...limits,
  ...mediaFlags,
  ...streamFlags,
  evidence: Flags.string({
    description: 'folder for what was seen: XML, SDP, snapshot, key frame, report; no passwords',
    helpValue: 'DIR',
  }),
  ffprobe: Flags.boolean({description: 'ask ffprobe for its opinion of each picture as well'}),
  watch: Flags.integer({
    min: 1,
    description: 'ask again every so many seconds until Ctrl-C; after the first round only what changed is printed',
    helpValue: 'S',
  }),
  rounds: Flags.integer({
    min: 1,
    description: 'with --watch: end after N rounds',
    helpValue: 'N',
    dependsOn: ['watch'],
  }),
  'max-failures': Flags.integer({
    min: 1,
    description: 'begin no other camera after N that are sick, dead or could not be judged',
    helpValue: 'N',
  }),
  report: Flags.boolean({
    description: 'tell the platform the verdicts: cameras of the inventory become alarms, and well again',
  }),
}

export const probeOutputFlags = {
  ...outputFlags,
  output: Flags.option({
    options: [...FORMATS, 'junit'] as const,
    char: 'o',
    description: 'how to print',
    helpGroup: 'OUTPUT',
  })(),
}

/** Refuses what does not go together. Throws CW_USAGE. */
export function requireTogether(flags: {
  readonly level: string
  readonly report: boolean
  readonly watch?: number | undefined
  readonly output?: string | undefined
  readonly isJson: boolean
}): void {
  const refuse = (detail: string) => new CitywatchError('CW_USAGE', {detail})
  if (flags.report && (flags.level === 'reach' || flags.level === 'identity')) {
    throw refuse('--report needs a verdict on the picture: --level stream or deep')
  }
  if (flags.watch !== undefined && (flags.isJson || flags.output === 'junit')) {
    throw refuse('--watch has no end to wait for: use -o jsonl')
  }
}
