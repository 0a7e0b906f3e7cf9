/** The flags of `panel test`, for one receiver as for a fleet of panels. */
import * as Flags from '@oclif/core/flags'
import {concurrencyFlag, keyFlags, outputFlags, platformFlags, timeoutFlag, withVariables} from './flags.ts'

const MANY = 'MANY PANELS'

export const panelTestFlags = withVariables({
  account: Flags.string({
    multiple: true,
    description: 'account that it knows: 3 to 16 hex digits; more than one: a row each',
    helpValue: 'A',
  }),
  'keyed-account': Flags.string({
    description: 'account that the key belongs to; absent: --account itself, and all good messages go encrypted',
    helpValue: 'A',
    helpGroup: 'KEY',
  }),
  'unknown-account': Flags.string({default: 'FEEDFACE0BAD', description: 'one that it does not know', helpValue: 'A'}),
  transport: Flags.option({options: ['tcp', 'udp'] as const, default: 'tcp', description: 'how to send'})(),
  timeout: timeoutFlag(2_000, 'how long an answer is waited for before it is silence'),
  concurrency: concurrencyFlag(4),
  capture: Flags.string({
    description: "the receiver's capture (panel listen --capture): also checks that nothing is stored twice",
    helpValue: 'FILE',
  }),
  record: Flags.string({
    description: 'file that the result is appended to, for panel report; many panels go on from it',
    helpValue: 'FILE',
  }),
  'i-know': Flags.boolean({description: 'the account is on test: also send to a receiver that is not this machine'}),
  ...keyFlags,
  accounts: Flags.string({
    description: 'file of accounts, one a line; - for standard input',
    helpValue: 'FILE',
    helpGroup: MANY,
  }),
  all: Flags.boolean({description: 'every panel of the inventory', helpGroup: MANY}),
  jurisdiction: Flags.string({
    description: 'with --all: only this part of the inventory',
    helpValue: 'PATH',
    helpGroup: MANY,
  }),
  panels: Flags.string({
    description:
      'table with a row a panel: account, and where wanted receiver, transport, key_form, name, site, address, maker, model, firmware',
    helpValue: 'FILE',
    helpGroup: MANY,
  }),
  keys: Flags.string({
    description: 'file of keys: ACCOUNT hex|ascii KEY a line, or JSON; a panel with a key is tested encrypted',
    helpValue: 'FILE',
    helpGroup: MANY,
  }),
  fresh: Flags.boolean({description: 'also test panels again that --record has as passed or failed', helpGroup: MANY}),
  ...platformFlags,
  ...outputFlags,
})
