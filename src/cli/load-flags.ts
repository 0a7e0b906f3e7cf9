/** The flags of `panel load`. */
import * as Flags from '@oclif/core/flags'
import {DEFAULT_MIX} from '../panel/load/mix.ts'
import {platformFlags, timeoutFlag, withVariables} from './flags.ts'

export const loadFlags = withVariables({
  panels: Flags.integer({min: 1, max: 100_000, description: 'so many made-up accounts', helpValue: 'N'}),
  'first-account': Flags.string({default: '100000', description: 'the first of them, hex', helpValue: 'A'}),
  account: Flags.string({multiple: true, description: 'an account that sends', helpValue: 'A'}),
  accounts: Flags.string({description: 'file of accounts, one a line; - for standard input', helpValue: 'FILE'}),
  all: Flags.boolean({description: 'every panel of the inventory'}),
  keys: Flags.string({
    description: 'file of keys: these accounts send encrypted; without other accounts only these send',
    helpValue: 'FILE',
  }),
  rate: Flags.integer({
    default: 100,
    min: 1,
    max: 50_000,
    description: 'messages a second of all accounts together',
    helpValue: 'N',
    helpGroup: 'LOAD',
  }),
  ramp: Flags.string({
    default: '2s',
    description: 'time to reach the rate; 0s: at once',
    helpValue: 'TIME',
    helpGroup: 'LOAD',
  }),
  hold: Flags.string({default: '10s', description: 'time at the rate', helpValue: 'TIME', helpGroup: 'LOAD'}),
  mix: Flags.string({default: DEFAULT_MIX, description: 'codes or words, each with its weight', helpGroup: 'LOAD'}),
  seed: Flags.integer({
    default: 1,
    description: 'the same seed gives the same events',
    helpValue: 'N',
    helpGroup: 'LOAD',
  }),
  connections: Flags.integer({
    default: 256,
    min: 1,
    max: 10_000,
    description: 'connections that the accounts share, each with one message under way',
    helpValue: 'N',
    helpGroup: 'LOAD',
  }),
  transport: Flags.option({options: ['tcp', 'udp'] as const, default: 'tcp', description: 'how to send'})(),
  timeout: timeoutFlag(5_000, 'how long each attempt waits for its answer'),
  attempts: Flags.integer({min: 1, max: 20, description: 'sends in all (tcp 2, udp 3)', helpValue: 'N'}),
  capture: Flags.string({
    description: "the receiver's capture (panel listen --capture): also checks that it has what it acknowledged, once",
    helpValue: 'FILE',
  }),
  record: Flags.string({description: 'append what was found to this record', helpValue: 'FILE'}),
  'i-know': Flags.boolean({description: 'the accounts are on test: also press a receiver that is not this machine'}),
  ...platformFlags,
})
