/** The flags of `panel supervise`. */
import * as Flags from '@oclif/core/flags'
import {platformFlags, timeoutFlag, withVariables} from './flags.ts'

const CLASS = 'CLASS'

export const superviseFlags = withVariables({
  host: Flags.string({default: '127.0.0.1', description: 'address to listen on', helpValue: 'ADDRESS'}),
  port: Flags.integer({default: 8031, min: 0, max: 65_535, description: 'TCP and UDP port; 0: any free one'}),
  account: Flags.string({multiple: true, description: 'a supervised account', helpValue: 'A'}),
  accounts: Flags.string({description: 'file of accounts, one a line; - for standard input', helpValue: 'FILE'}),
  all: Flags.boolean({description: 'every panel of the inventory'}),
  keys: Flags.string({description: 'file of keys: ACCOUNT hex|ascii KEY a line, or JSON', helpValue: 'FILE'}),
  interval: Flags.string({
    description: 'time between two signs of life: 60s, 25h',
    helpValue: 'TIME',
    helpGroup: CLASS,
  }),
  grace: Flags.string({
    description: 'how much later is not late yet (a tenth of the interval)',
    helpValue: 'TIME',
    helpGroup: CLASS,
  }),
  debounce: Flags.string({
    description: 'how long overdue before it is missing (two intervals)',
    helpValue: 'TIME',
    helpGroup: CLASS,
  }),
  class: Flags.string({
    description: 'EN 50136 class, which says by when a loss must be known: SP1 … SP6, DP1 … DP4',
    helpValue: 'NAME',
    helpGroup: CLASS,
  }),
  classes: Flags.string({
    description: 'file with the times of classes: {"DP4": {"primary": "90s", "alternative": "5h"}}',
    helpValue: 'FILE',
    helpGroup: CLASS,
  }),
  'reporting-time': Flags.string({
    description: 'by when a loss must be known; TIME/TIME for primary and alternative path',
    helpValue: 'TIME',
    helpGroup: CLASS,
  }),
  'alternative-port': Flags.integer({
    min: 0,
    max: 65_535,
    description: 'port of the alternative path',
    helpGroup: CLASS,
  }),
  'alternative-mark': Flags.string({
    description: 'a message with this character as extended data J came by the alternative path',
    helpValue: 'C',
    helpGroup: CLASS,
  }),
  raise: Flags.string({
    description: 'raise missing and restored at this platform or receiver',
    helpValue: 'HOST:PORT',
    helpGroup: 'RAISE',
  }),
  'raise-as': Flags.option({
    options: ['contact-id', 'sia'] as const,
    default: 'contact-id',
    description: 'E350/R350 (E351, E352 a path) or YC/YK',
    helpGroup: 'RAISE',
  })(),
  'raise-keys': Flags.string({
    description: 'file of keys that the raised events go out encrypted with',
    helpValue: 'FILE',
    helpGroup: 'RAISE',
  }),
  timeout: timeoutFlag(5_000, 'how long each attempt to raise waits for its answer'),
  for: Flags.string({description: 'end after this time; without it Ctrl-C ends it', helpValue: 'TIME'}),
  record: Flags.string({description: 'append what was found to this record', helpValue: 'FILE'}),
  jsonl: Flags.boolean({description: 'one JSON object a line'}),
  ...platformFlags,
})
