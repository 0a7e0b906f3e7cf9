/** The flags of `platform job`: which cameras, how often, on whose behalf. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {platformFlags} from '../flags.ts'

export const jobTargetArgs = {
  target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
}

export const byFlag = Flags.string({description: 'who asks for it (the user of this machine)', helpValue: 'NAME'})

export const jobAddFlags = {
  all: Flags.boolean({description: "every camera of the platform's inventory"}),
  jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
  'max-tries': Flags.integer({
    default: 3,
    min: 1,
    max: 100,
    description: 'times that a camera is tried before it is poisoned',
    helpValue: 'N',
  }),
  by: byFlag,
  ...platformFlags,
}

export const jobArgs = {
  job: Args.string({ignoreStdin: true, required: true, description: 'number of the job'}),
}

/** Throws CW_BAD_VALUE. */
export function jobNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new CitywatchError('CW_BAD_VALUE', {field: 'job', value: safeText(text, 40), expected: 'the number of a job'})
}
