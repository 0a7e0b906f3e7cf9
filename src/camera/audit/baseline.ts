/** A baseline: rules, ports and signs as data, each with where it comes from. Read with distrust: it may be anybody's file. */
import {bad, Fields, present} from '../../lib/fields.ts'
import type {SafeText} from '../../lib/safe-text.ts'

/** Rules that the audit knows how to look for. A baseline names those that it asks for. */
export const RULE_IDS = [
  'default-login-known',
  'default-login-accepted',
  'factory-state',
  'https-missing',
  'tls-old',
  'certificate-expired',
  'certificate-expiring',
  'certificate-age',
  'certificate-self-signed',
  'certificate-untrusted',
  'certificate-name',
  'certificate-key',
  'basic-cleartext',
  'rtsp-without-digest',
  'digest-md5-only',
  'telnet-open',
  'ftp-open',
  'upnp-open',
  'port-undeclared',
  'rtsp-open',
  'onvif-open',
  'snapshot-open',
  'clock-offset',
  'ntp-missing',
] as const
export type RuleId = (typeof RULE_IDS)[number]

/** Mildest first. */
export const SEVERITIES = ['low', 'medium', 'high'] as const
export type Severity = (typeof SEVERITIES)[number]

/** S: seen in a published source; S weak: in one that is no authority; K: unconfirmed; P: this product's own proposal. */
const MARKS = ['S', 'S weak', 'K', 'P'] as const
interface Sourced {
  readonly mark: (typeof MARKS)[number]
  readonly source: SafeText
}

export interface Rule extends Sourced {
  readonly id: RuleId
  /** Number of the provision that it serves. */
  readonly provision: number
  readonly severity: Severity
  /** What would be right. */
  readonly right: SafeText
  /** Days, bits or seconds, as the rule has it. */
  readonly limit?: number
}

/** `web`, `tls` and `rtsp` are what a camera is for; `upnp` is asked over UDP. */
const PORT_KINDS = ['telnet', 'ftp', 'web', 'tls', 'rtsp', 'other', 'upnp'] as const
export interface BaselinePort {
  readonly port: number
  readonly kind: (typeof PORT_KINDS)[number]
}

/** A page, asked without a login, whose text says that the device was never set up. */
export interface FactorySign extends Sourced {
  readonly path: string
  readonly text: string
}

export interface Baseline {
  readonly name: string
  readonly version: number
  readonly title: SafeText
  readonly rules: readonly Rule[]
  readonly ports: readonly BaselinePort[]
  readonly portsFrom: Sourced
  readonly factoryState: readonly FactorySign[]
  /** Provisions that this audit says nothing about, and why. */
  readonly notSeen: readonly {readonly provision: number; readonly why: SafeText}[]
}

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/
const PATH = /^\/[\x21-\x7e]{0,200}$/
const MAX_PORTS = 64
/** Rules that are nothing without a figure. */
const LIMITED: readonly RuleId[] = ['certificate-expiring', 'certificate-age', 'certificate-key', 'clock-offset']

/** Throws CW_BAD_VALUE naming the member; unknown members are refused, so that a misspelt limit is not passed over. */
export function parseBaseline(value: unknown): Baseline {
  const fields = new Fields(value, '')
  only(fields, ['name', 'version', 'title', 'rules', 'ports', 'portsFrom', 'factoryState', 'notSeen'])
  const rules = fields.list('rules', RULE_IDS.length, ruleIn)
  if (rules.length === 0) throw bad('rules', rules, 'at least one rule')
  const twice = rules.find(({id}, index) => rules.findIndex((other) => other.id === id) !== index)
  if (twice) throw bad('rules', twice.id, 'each rule once')
  const ports = fields.list('ports', MAX_PORTS, portIn)
  const isTwice = ({port, kind}: BaselinePort, index: number) =>
    ports.findIndex((one) => one.port === port && (one.kind === 'upnp') === (kind === 'upnp')) !== index
  const again = ports.find(isTwice)
  if (again) throw bad('ports', again.port, 'each port once')
  return {
    name: fields.matching('name', NAME, 'a name of small letters, digits and hyphens'),
    version: fields.integer('version', 1),
    title: fields.text('title', 200),
    rules,
    ports,
    portsFrom: sourced(fields.object('portsFrom')),
    factoryState: fields.list('factoryState', 8, signIn),
    notSeen: fields.list('notSeen', 40, notSeenIn),
  }
}

function ruleIn(value: unknown, where: string): Rule {
  const fields = new Fields(value, where)
  only(fields, ['id', 'provision', 'severity', 'right', 'limit', 'mark', 'source'])
  const id = fields.oneOf('id', RULE_IDS)
  const limit = LIMITED.includes(id) ? fields.integer('limit', 1, 100_000) : fields.optionalInteger('limit', 1, 100_000)
  return {
    id,
    provision: fields.integer('provision', 1, 99),
    severity: fields.oneOf('severity', SEVERITIES),
    right: fields.text('right', 200),
    ...sourced(fields),
    ...present({limit}),
  }
}

function portIn(value: unknown, where: string): BaselinePort {
  const fields = new Fields(value, where)
  only(fields, ['port', 'kind'])
  return {port: fields.integer('port', 1, 65_535), kind: fields.oneOf('kind', PORT_KINDS)}
}

function signIn(value: unknown, where: string): FactorySign {
  const fields = new Fields(value, where)
  only(fields, ['path', 'text', 'mark', 'source'])
  return {
    path: fields.matching('path', PATH, 'a path on the device'),
    text: fields.key('text', 80),
    ...sourced(fields),
  }
}

function notSeenIn(value: unknown, where: string): Baseline['notSeen'][number] {
  const fields = new Fields(value, where)
  only(fields, ['provision', 'why'])
  return {provision: fields.integer('provision', 1, 99), why: fields.text('why', 200)}
}

function sourced(fields: Fields): Sourced {
  return {mark: fields.oneOf('mark', MARKS), source: fields.text('source', 300)}
}

function only(fields: Fields, known: readonly string[]): void {
  const odd = fields.names().find((name) => !known.includes(name))
  if (odd !== undefined) throw bad(fields.at(odd), odd, `one of ${known.join(', ')}`)
}
