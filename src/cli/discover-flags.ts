/** The flags of `camera discover`. */
import * as Flags from '@oclif/core/flags'
import {DEFAULT_PORTS} from '../camera/discover/ports.ts'
import {DEFAULT_MAX_HOSTS, LARGEST_MAX_HOSTS} from '../camera/discover/targets.ts'
import {outputFlags, platformFlags, timeoutFlag, withVariables} from './flags.ts'

export const discoverFlags = withVariables({
  interface: Flags.string({
    multiple: true,
    description: 'only this interface, by name or address',
    helpValue: 'NAME',
  }),
  file: Flags.string({
    description: 'file of addresses, networks and ranges, one a line; - for standard input',
    helpValue: 'FILE',
    helpGroup: 'SWEEP',
  }),
  timeout: timeoutFlag(3_000, 'how long to listen after the last question, and for each answer over TCP'),
  port: Flags.integer({default: 3702, min: 1, max: 65_535, description: 'UDP port that cameras listen on'}),
  ports: Flags.string({
    default: DEFAULT_PORTS,
    description: 'TCP ports to ask of each address: 80, rtsp:5540, https:9443; none for WS-Discovery alone',
    helpValue: 'LIST',
    helpGroup: 'SWEEP',
  }),
  rate: Flags.integer({
    default: 2_000,
    min: 1,
    max: 100_000,
    description: 'questions a second, datagrams and connections together',
    helpValue: 'N',
    helpGroup: 'SWEEP',
  }),
  concurrency: Flags.integer({
    default: 1_024,
    min: 1,
    max: 16_384,
    description: 'connections at a time',
    helpValue: 'N',
    helpGroup: 'SWEEP',
  }),
  'connect-timeout': Flags.integer({
    default: 1_500,
    min: 1,
    description: 'how long a connection may take, ms',
    helpValue: 'MS',
    helpGroup: 'SWEEP',
  }),
  'max-hosts': Flags.integer({
    default: DEFAULT_MAX_HOSTS,
    min: 1,
    max: LARGEST_MAX_HOSTS,
    description: 'refuse to ask more addresses than this',
    helpValue: 'N',
    helpGroup: 'SWEEP',
  }),
  into: Flags.option({
    options: ['inventory'] as const,
    description: "show what is new, moved and gone against the platform's inventory",
    helpGroup: 'INVENTORY',
  })(),
  check: Flags.boolean({
    description: 'exit 8 when something is new, moved or gone',
    dependsOn: ['into'],
    exclusive: ['apply'],
    helpGroup: 'INVENTORY',
  }),
  apply: Flags.boolean({
    description: 'write moved addresses, and with --site new cameras; nothing is ever deleted',
    dependsOn: ['into'],
    helpGroup: 'INVENTORY',
  }),
  site: Flags.string({
    description: 'site that new cameras are put into',
    dependsOn: ['apply'],
    helpValue: 'KEY',
    helpGroup: 'INVENTORY',
  }),
  ...platformFlags,
  ...outputFlags,
})
