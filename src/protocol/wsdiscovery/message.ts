/**
 * WS-Discovery over UDP port 3702: who is there, and who answers.
 *
 *   Probe (types wanted, message id)  →  ProbeMatches (relates to that id; several matches in one datagram are legal)
 *   Hello, Bye: a device comes or goes by itself
 */
import {CitywatchError} from '../../lib/errors.ts'
import {childOf, childrenOf, type Element, textOf} from '../soap/element.ts'
import {readEnvelope} from '../soap/envelope.ts'
import {type Xml, xml} from '../soap/xml.ts'

export const DISCOVERY_PORT = 3702
export const DISCOVERY_GROUP = '239.255.255.250'
/** Link-local: it stays on the link, so the interface is named with it. */
export const DISCOVERY_GROUP_IPV6 = 'ff02::c'
/** Matches read from one datagram. */
export const MAX_MATCHES = 64
/** Words read from one list. */
const MAX_WORDS = 128

const WSA = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
const WSD = 'http://schemas.xmlsoap.org/ws/2005/04/discovery'
const ANYBODY = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery'

/** What a device says of itself. */
export interface Match {
  /** Endpoint reference, the stable key: `urn:uuid:…`. Empty when the device left it out. */
  readonly epr: string
  /** Local names: `NetworkVideoTransmitter`, `Device`. */
  readonly types: readonly string[]
  readonly scopes: readonly string[]
  readonly xaddrs: readonly string[]
}

export type DiscoveryMessage =
  | {readonly kind: 'probe'; readonly messageId: string; readonly types: readonly string[]}
  | {readonly kind: 'matches'; readonly relatesTo: string; readonly matches: readonly Match[]}
  | {readonly kind: 'hello' | 'bye'; readonly match: Match}

/** The kinds of device that cameras answer to; some know only one of them, some only a question without any. */
export type ProbeType = 'NetworkVideoTransmitter' | 'Device' | null

/** A probe. `messageId` is a `urn:uuid:…`; null asks for every type. */
export function writeProbe(messageId: string, type: ProbeType): string {
  const prefix = type === 'Device' ? 'tds' : 'dn'
  return message(
    'Probe',
    messageId,
    undefined,
    xml`<d:Probe>${type && xml`<d:Types>${prefix}:${type}</d:Types>`}</d:Probe>`,
  )
}

export function writeMatches(messageId: string, relatesTo: string, matches: readonly Match[]): string {
  const body = xml`<d:ProbeMatches>${matches.map((match) => written('ProbeMatch', match))}</d:ProbeMatches>`
  return message('ProbeMatches', messageId, relatesTo, body)
}

export function writeHello(messageId: string, match: Match): string {
  return message('Hello', messageId, undefined, written('Hello', match))
}

/** One datagram. Throws CW_PROTOCOL_REMOTE for anything that is none of the messages above. */
export function readDiscovery(datagram: Uint8Array): DiscoveryMessage {
  const {header, content} = readEnvelope(datagram)
  switch (content?.name) {
    case 'Probe':
      return {kind: 'probe', messageId: textOf(header, 'MessageID') ?? '', types: localWords(content, 'Types')}
    case 'ProbeMatches':
      return {
        kind: 'matches',
        relatesTo: textOf(header, 'RelatesTo') ?? '',
        matches: childrenOf(content, 'ProbeMatch').slice(0, MAX_MATCHES).map(readMatch),
      }
    case 'Hello':
    case 'Bye':
      return {kind: content.name === 'Hello' ? 'hello' : 'bye', match: readMatch(content)}
    default:
      throw new CitywatchError('CW_PROTOCOL_REMOTE', {
        protocol: 'WS-Discovery',
        detail: content ? `<${content.name.slice(0, 40)}>` : 'an empty body',
      })
  }
}

function readMatch(element: Element): Match {
  return {
    epr: textOf(childOf(element, 'EndpointReference'), 'Address') ?? '',
    types: localWords(element, 'Types'),
    scopes: words(element, 'Scopes'),
    xaddrs: words(element, 'XAddrs'),
  }
}

function words(parent: Element, name: string): string[] {
  return (textOf(parent, name) ?? '').split(/\s+/, MAX_WORDS).filter(Boolean)
}

function localWords(parent: Element, name: string): string[] {
  return words(parent, name).map((word) => word.slice(word.lastIndexOf(':') + 1))
}

function written(name: 'ProbeMatch' | 'Hello', {epr, types, scopes, xaddrs}: Match): Xml {
  const prefixed = types.map((type) => `${type === 'Device' ? 'tds' : 'dn'}:${type}`).join(' ')
  const inside = [
    xml`<a:EndpointReference><a:Address>${epr}</a:Address></a:EndpointReference>`,
    xml`<d:Types>${prefixed}</d:Types><d:Scopes>${scopes.join(' ')}</d:Scopes>`,
    xml`<d:XAddrs>${xaddrs.join(' ')}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>`,
  ]
  return name === 'Hello' ? xml`<d:Hello>${inside}</d:Hello>` : xml`<d:ProbeMatch>${inside}</d:ProbeMatch>`
}

function message(action: string, messageId: string, relatesTo: string | undefined, body: Xml): string {
  const header = [
    xml`<a:Action>${WSD}/${action}</a:Action><a:MessageID>${messageId}</a:MessageID>`,
    xml`${relatesTo === undefined ? undefined : xml`<a:RelatesTo>${relatesTo}</a:RelatesTo>`}<a:To>${ANYBODY}</a:To>`,
  ]
  const envelope = xml`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${WSA}" xmlns:d="${WSD}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Header>${
    header
  }</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  return `<?xml version="1.0" encoding="utf-8"?>${envelope.text}`
}
