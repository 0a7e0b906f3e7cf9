/** SOAP faults: what a device says when it does not do what it was asked, and how many logins it has left. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {childOf, type Element, textOf} from './element.ts'
import {type Xml, xml} from './xml.ts'

export interface Fault {
  /** Local names from the code down: `['Sender', 'NotAuthorized']`. SOAP 1.1's single code is split at its dots. */
  readonly codes: readonly string[]
  readonly reason: SafeText
  /** Logins that remain, where the text says so: "You still have 5 attempt(s)". */
  readonly attemptsLeft?: number
  /** The text says that the account or address is locked. */
  readonly locked: boolean
}

const MAX_SUBCODES = 4
const ATTEMPTS = /(\d{1,3})\s*(?:more\s+|remaining\s+)?(?:attempts?|tries|try|attempt\(s\))\b/i
const ATTEMPTS_AFTER = /(?:attempts?|tries)\s*(?:left|remaining)\s*[:=]?\s*(\d{1,3})/i
const LOCKED = /\block(?:ed|out)?\b|锁定/i

/** The fault in a body; undefined when the element is none. */
export function faultOf(content: Element | undefined): Fault | undefined {
  if (content?.name !== 'Fault') return undefined
  const reason = textOf(content, 'Reason', 'Text') ?? textOf(content, 'faultstring') ?? ''
  const detail = deepText(childOf(content, 'Detail') ?? childOf(content, 'detail'))
  return {codes: codesOf(content), reason: safeText(reason || detail, 200), ...lockOf(`${reason} ${detail}`)}
}

/** Lock-out words of a text, from a fault or from an HTML page. */
export function lockOf(text: string): Pick<Fault, 'attemptsLeft' | 'locked'> {
  const digits = ATTEMPTS.exec(text)?.[1] ?? ATTEMPTS_AFTER.exec(text)?.[1]
  return {...(digits === undefined ? {} : {attemptsLeft: Number(digits)}), locked: LOCKED.test(text)}
}

/** A fault as a camera sends it: `subcode` in the ONVIF error namespace. */
export function writeFault(code: 'Sender' | 'Receiver', subcodes: readonly string[], reason: string): Xml {
  const nested = subcodes.reduceRight<Xml | undefined>(
    (inner, name) => xml`<s:Subcode><s:Value>ter:${name}</s:Value>${inner}</s:Subcode>`,
    undefined,
  )
  return xml`<s:Fault xmlns:ter="http://www.onvif.org/ver10/error"><s:Code><s:Value>s:${code}</s:Value>${
    nested
  }</s:Code><s:Reason><s:Text xml:lang="en">${reason}</s:Text></s:Reason></s:Fault>`
}

function codesOf(fault: Element): string[] {
  const codes: string[] = []
  let at = childOf(fault, 'Code')
  for (let depth = 0; at && depth <= MAX_SUBCODES; depth++) {
    const value = textOf(at, 'Value')
    if (value) codes.push(bare(value))
    at = childOf(at, 'Subcode')
  }
  if (codes.length > 0) return codes
  return (textOf(fault, 'faultcode') ?? '').split('.').filter(Boolean).map(bare)
}

function bare(value: string): string {
  return safeText(value.slice(value.lastIndexOf(':') + 1), 60)
}

function deepText(element: Element | undefined): string {
  return element ? [element.text, ...element.children.map(deepText)].filter(Boolean).join(' ') : ''
}
