/** The ways in which a simulated camera answers WS-Discovery badly, by name. A good search finds it all the same, or says why not. */
import type {Match} from '../../protocol/wsdiscovery/message.ts'

export const DISCOVERY_FAULTS = {
  deaf: 'answers no WS-Discovery: only its TCP port tells of it',
  'nvt-only': 'answers only a question for network video transmitters',
  'untyped-only': 'answers only a question without a type',
  junk: 'sends a datagram of junk before each answer',
  'wrong-relation': 'sends an answer to somebody else before its own',
  repeats: 'answers each question three times',
  recorder: 'answers for three more devices in the same datagram',
  stuffed: 'fills its datagram with more matches than anybody reads',
  'no-address': 'names no address',
  'zero-address': 'says that its address is 0.0.0.0',
  'wrong-subnet': 'is in 192.168.1.0/24, wherever it is plugged in',
  'two-addresses': 'names a link-local address before the one that works',
} as const

export type DiscoveryFaultName = keyof typeof DISCOVERY_FAULTS

/** What stands in for a junk datagram. */
export const JUNK = '<s:Envelope><s:Body><d:ProbeMatches><d:ProbeMatch>'
/** As many as a datagram holds. */
const STUFFED = 100
const NEIGHBOURS = 3
const FACTORY_HOST = '192.168.1.64'

/** True where it answers a question of those types at all. */
export function answersTypes(fault: DiscoveryFaultName | undefined, types: readonly string[]): boolean {
  if (fault === 'deaf') return false
  if (fault === 'nvt-only') return types.includes('NetworkVideoTransmitter')
  return fault !== 'untyped-only' || types.length === 0
}

/** The matches of one datagram. */
export function matchesWith(fault: DiscoveryFaultName | undefined, match: Match): Match[] {
  const at = (host: string) => match.xaddrs.map((xaddr) => Object.assign(new URL(xaddr), {hostname: host}).href)
  switch (fault) {
    case 'recorder':
      return [match, ...Array.from({length: NEIGHBOURS}, (_, index) => neighbour(match, index))]
    case 'stuffed':
      return [match, ...Array.from({length: STUFFED}, (_, index) => neighbour(match, index))]
    case 'no-address':
      return [{...match, xaddrs: []}]
    case 'zero-address':
      return [{...match, xaddrs: at('0.0.0.0')}]
    case 'wrong-subnet':
      return [{...match, xaddrs: at(FACTORY_HOST)}]
    case 'two-addresses':
      return [{...match, xaddrs: [...at('169.254.7.7'), ...match.xaddrs, ...at('[fe80::7]')]}]
    default:
      return [match]
  }
}

/** Another device on the same host, told apart by its port. */
function neighbour(match: Match, index: number): Match {
  const moved = (xaddr: string) => Object.assign(new URL(xaddr), {port: String(9_000 + index)}).href
  return {...match, epr: `${match.epr.slice(0, -4)}${String(1_000 + index)}`, xaddrs: match.xaddrs.map(moved)}
}
