/** Where a PostgreSQL store is: hosts, database, user and TLS out of a URL, and a name for it that may be shown. */
import {readFileSync} from 'node:fs'
import {CitywatchError} from '../../../lib/errors.ts'
import {Secret} from '../../../lib/secret.ts'

export interface PostgresTarget {
  /** Asked in this order for the one that takes writes. A host that begins with `/` is the folder of a socket. */
  readonly hosts: readonly {readonly host: string; readonly port: number}[]
  readonly database: string
  /** Absent: PGUSER, or the user of this machine. */
  readonly user?: string
  /** Absent: PGPASSWORD, or the line of PGPASSFILE (~/.pgpass). */
  readonly password?: Secret
  /** `verified`: certificate and name are checked; `encrypted`: neither; `clear`: no TLS. */
  readonly tls: 'verified' | 'encrypted' | 'clear'
  /** Certificates of the authority in PEM; absent: those that Node.js trusts. */
  readonly authority?: string
  /** `postgres://host:port/database`, for messages. */
  readonly label: string
}

const DEFAULT_PORT = 5432
const MAX_HOSTS = 8
const URL_SHAPE =
  /^postgres(?:ql)?:\/\/(?:(?<login>[^@/?#]*)@)?(?<hosts>[^@/?#]*)(?:\/(?<database>[^/?#]*))?(?:\?(?<query>[^#]*))?$/
const HOST_SHAPE = /^(?<host>[A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:.]{2,64}\])(?::(?<port>\d{1,5}))?$/
const SSL_MODES: Readonly<Record<string, PostgresTarget['tls']>> = {
  disable: 'clear',
  require: 'encrypted',
  'verify-full': 'verified',
}

/** True for what `--store` takes as a PostgreSQL store. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:/i.test(text)
}

/** Whether the URL has a password in it, which then must not be on a command line. */
export function hasPassword(url: string): boolean {
  return (URL_SHAPE.exec(url)?.groups?.login ?? '').includes(':') || /[?&]password=/i.test(url)
}

/**
 * `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=FILE`. Off this machine TLS with a checked
 * certificate is meant when nothing is said; `host=/FOLDER` names a socket. Throws CW_BAD_VALUE, CW_FILE_NOT_FOUND.
 */
export function parsePostgresUrl(url: string, password?: Secret): PostgresTarget {
  const {
    login = '',
    hosts: hostText = '',
    database: databaseText = '',
    query: queryText = '',
  } = URL_SHAPE.exec(url)?.groups ?? refuse()
  const query = new URLSearchParams(queryText)
  for (const name of query.keys()) if (!['sslmode', 'sslrootcert', 'host', 'port'].includes(name)) refuse(`?${name}=`)
  const database = decoded(databaseText)
  if (database === '') refuse('no database')
  const hosts = hostsOf(hostText, query)
  const colon = login.indexOf(':')
  const user = decoded(colon < 0 ? login : login.slice(0, colon))
  const secret = password ?? (colon < 0 ? undefined : new Secret(decoded(login.slice(colon + 1))))
  const sslmode = query.get('sslmode')
  const tls =
    sslmode === null ? (hosts.every(isHere) ? 'clear' : 'verified') : (SSL_MODES[sslmode] ?? refuse('sslmode'))
  const rootFile = query.get('sslrootcert')
  return {
    hosts,
    database,
    ...(user === '' ? {} : {user}),
    ...(secret === undefined ? {} : {password: secret}),
    tls,
    ...(rootFile === null ? {} : {authority: textOf(rootFile)}),
    label: `postgres://${hosts.map(({host, port}) => `${host}:${port}`).join(',')}/${database}`,
  }
}

function hostsOf(text: string, query: URLSearchParams): PostgresTarget['hosts'] {
  const socket = query.get('host')
  if (socket !== null) {
    if (!socket.startsWith('/')) refuse('host=')
    return [{host: socket, port: portOf(query.get('port') ?? undefined)}]
  }
  const hosts = text.split(',').map((part) => {
    const {host = '', port} = HOST_SHAPE.exec(part)?.groups ?? refuse('host')
    return {host: host.replace(/^\[|\]$/g, ''), port: portOf(port)}
  })
  return hosts.length > MAX_HOSTS ? refuse('hosts') : hosts
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : refuse('port')
}

function isHere({host}: {readonly host: string}): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('%')
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
  }
}

/** Names the part that is wrong and never the URL: it may have a password in it, at a place that nobody expects. */
function refuse(part = 'the URL'): never {
  const expected = 'postgres://user@host:port/database, with ?sslmode=disable|require|verify-full and sslrootcert=FILE'
  throw new CitywatchError('CW_BAD_VALUE', {field: 'store', value: part, expected})
}
