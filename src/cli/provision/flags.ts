/** The flags of `camera provision`: what the cameras should have, and which cameras. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {concurrencyFlag, credentialFlags, outputFlags, platformFlags, timeoutFlag} from '../flags.ts'

export const provisionArgs = {
  target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
}

export const provisionFlags = {
  ntp: Flags.string({
    multiple: true,
    delimiter: ',',
    description: 'NTP server, name or address; several in order of preference',
    helpValue: 'SERVER',
    helpGroup: 'STATE',
  }),
  hostname: Flags.string({
    description: 'network name; {key} and {name} stand for those of the camera',
    helpValue: 'TEMPLATE',
    helpGroup: 'STATE',
  }),
  name: Flags.string({
    description: 'name that the camera shows; {key} and {name} stand for those of the inventory',
    helpValue: 'TEMPLATE',
    helpGroup: 'STATE',
  }),
  all: Flags.boolean({description: "every camera of the platform's inventory"}),
  jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
  timeout: timeoutFlag(10_000, 'time for all requests to one camera'),
  concurrency: concurrencyFlag(64),
  'max-fail': Flags.integer({min: 1, description: 'stop once so many cameras have failed', helpValue: 'N'}),
  ...credentialFlags,
  ...platformFlags,
  ...outputFlags,
}

/** The flags as they are parsed. */
export interface ProvisionFlags {
  readonly ntp?: readonly string[] | undefined
  readonly hostname?: string | undefined
  readonly name?: string | undefined
  readonly all: boolean
  readonly jurisdiction?: string | undefined
  readonly timeout: number
  readonly concurrency: number
  readonly 'max-fail'?: number | undefined
  readonly user?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly 'password-stdin'?: boolean | undefined
  readonly context?: string | undefined
  readonly platform?: string | undefined
}
