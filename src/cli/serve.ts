/** The flags of `platform serve`, and what they come to. */
import * as Flags from '@oclif/core/flags'
import type {Clock} from '../lib/clock.ts'
import type {LogLevel} from '../lib/log.ts'
import {DEFAULT_DC09_PORT, DEFAULT_HTTP_PORT} from '../platform/contract.ts'
import type {PlatformOptions} from '../platform/server/platform.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {type PolicyFlags, policyFlags, policyOf} from './alarm-policy.ts'
import {childFlags} from './children.ts'
import {secretFromFile} from './context.ts'
import {portFlag} from './flags.ts'
import {logFlags, logTo} from './log.ts'
import {platformFolder} from './paths.ts'
import {type CameraFlags, cameraFlags, cameraOptions} from './platform-cameras.ts'
import {storeFlags} from './platform-store.ts'
import {tlsChoice, tlsFlags} from './platform-tls.ts'
import {logChoice, type RetentionChoice, retentionFlags} from './retention.ts'
import {supervisionDefaults, supervisionFlag} from './supervision-defaults.ts'

export const serveFlags = {
  host: Flags.string({default: '127.0.0.1', description: 'address to listen on', helpValue: 'ADDRESS'}),
  port: portFlag(DEFAULT_HTTP_PORT, 'port of the HTTP API; 0 lets the system choose'),
  'dc09-port': portFlag(DEFAULT_DC09_PORT, 'port of the DC-09 receiver, TCP and UDP; 0 lets the system choose'),
  data: Flags.string({description: 'folder of the log and the inventory', helpValue: 'DIR'}),
  'token-file': Flags.string({
    description:
      'file whose first line opens everything, beside users and tokens: for the first steps, and for emergencies',
    helpValue: 'FILE',
    helpGroup: 'ACCESS',
  }),
  'max-requests': Flags.integer({
    default: 25_000,
    min: 0,
    description: 'requests a second of one token, user or address; 0: no limit',
    helpValue: 'N',
    helpGroup: 'ACCESS',
  }),
  'max-connections': Flags.integer({
    default: 512,
    min: 1,
    description: 'open connections of one address that is not this machine',
    helpValue: 'N',
    helpGroup: 'ACCESS',
  }),
  'session-hours': Flags.integer({
    default: 12,
    min: 1,
    max: 24 * 31,
    description: 'how long a log-in opens',
    helpValue: 'H',
    helpGroup: 'ACCESS',
  }),
  keys: Flags.string({description: 'file of keys: ACCOUNT hex|ascii KEY a line, or JSON', helpValue: 'FILE'}),
  ...tlsFlags,
  ...{...storeFlags, ...retentionFlags, ...policyFlags, ...childFlags, ...cameraFlags, supervision: supervisionFlag},
  ...logFlags,
  'accept-unknown': Flags.boolean({description: 'take signals of accounts that the inventory does not know'}),
}

export interface ServeFlags extends RetentionChoice, CameraFlags, PolicyFlags {
  readonly supervision?: readonly string[] | undefined
  readonly host: string
  readonly port: number
  readonly 'dc09-port': number
  readonly data?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly 'max-requests': number
  readonly 'max-connections': number
  readonly 'session-hours': number
  readonly 'tls-cert'?: string | undefined
  readonly 'tls-key'?: string | undefined
  readonly 'tls-self-signed': boolean
  readonly 'log-format': 'text' | 'json'
  readonly 'log-level': LogLevel
  readonly 'accept-unknown': boolean
}

/** Throws CW_USAGE, CW_FILE_NOT_FOUND, CW_IO, CW_CONFIG. */
export async function serveOptions(
  flags: ServeFlags,
  keys: ReadonlyMap<string, AccountKey> | undefined,
  clock: Clock,
): Promise<PlatformOptions> {
  const tokenFile = flags['token-file']
  return {
    ...{host: flags.host, httpPort: flags.port, dc09Port: flags['dc09-port'], clock},
    dataFolder: flags.data ?? platformFolder(),
    acceptUnknown: flags['accept-unknown'],
    ...{maxRequests: flags['max-requests'], maxConnections: flags['max-connections']},
    sessionMs: flags['session-hours'] * 3_600_000,
    log: logTo(process.stderr, flags, clock),
    ...{...tlsChoice(flags), ...logChoice(flags), ...(await cameraOptions(flags, clock))},
    policy: await policyOf(flags),
    supervision: supervisionDefaults(flags.supervision),
    ...(keys ? {keys} : {}),
    ...(tokenFile === undefined ? {} : {token: await secretFromFile(tokenFile)}),
  }
}
