/**
 * SOAP 1.2 envelopes, written and read.
 *
 *   <s:Envelope> <s:Header> security, addressing </s:Header> <s:Body> one request, one answer, or a fault </s:Body> </s:Envelope>
 */
import {CitywatchError} from '../../lib/errors.ts'
import {childOf, type Element} from './element.ts'
import {parseXml} from './parse-xml.ts'
import {type Xml, xml} from './xml.ts'

export interface Envelope {
  readonly header: Element | undefined
  /** The first element of the body; undefined when the body is empty. */
  readonly content: Element | undefined
}

export function writeEnvelope({header, body}: {readonly header?: Xml | undefined; readonly body: Xml}): string {
  const envelope = xml`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">${
    header && xml`<s:Header>${header}</s:Header>`
  }<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${
    body
  }</s:Body></s:Envelope>`
  return `<?xml version="1.0" encoding="utf-8"?>\n${envelope.text}`
}

/** Throws CW_PROTOCOL_REMOTE: unreadable XML, or XML that is no envelope (`protocol` is then `SOAP`). */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const root = parseXml(bytes)
  const body = root.name === 'Envelope' ? childOf(root, 'Body') : undefined
  if (!body) throw new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'SOAP', detail: `<${root.name}>, no envelope`})
  return {header: childOf(root, 'Header'), content: body.children[0]}
}
