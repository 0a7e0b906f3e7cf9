/** The flags of `camera audit`. */
import * as Flags from '@oclif/core/flags'
import {SEVERITIES} from '../camera/audit/baseline.ts'
import {concurrencyFlag, credentialFlags, outputFlags, platformFlags, timeoutFlag, withVariables} from './flags.ts'
import {streamFlags} from './stream-flags.ts'

export const auditFlags = withVariables({
  all: Flags.boolean({description: "every camera of the platform's inventory"}),
  jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
  baseline: Flags.string({
    default: 'etsi',
    description: 'what cameras are held against: etsi, or a file',
    helpValue: 'NAME|FILE',
  }),
  severity: Flags.option({
    options: SEVERITIES,
    default: 'low',
    description: 'findings from this severity on make the exit status 3',
  })(),
  show: Flags.option({
    options: ['findings', 'all'] as const,
    default: 'findings',
    description: 'findings and what could not be tested, or what passed as well',
  })(),
  'allow-ports': Flags.string({description: 'ports that may be open besides the usual ones', helpValue: 'PORT,PORT'}),
  junit: Flags.string({description: 'write all results to this file as JUnit XML', helpValue: 'FILE'}),
  login: Flags.boolean({
    description:
      'log in once with the login given: more is seen, within the limits that keep accounts from being locked',
  }),
  'try-defaults': Flags.boolean({
    description: 'try one factory login: once a device and half hour, never where a login failed lately',
  }),
  timeout: timeoutFlag(20_000, 'time for everything that is asked of one camera'),
  concurrency: concurrencyFlag(16),
  'camera-ca': streamFlags['camera-ca'],
  ...credentialFlags,
  ...platformFlags,
  ...outputFlags,
})
