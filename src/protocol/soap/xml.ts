/** Writes XML: every value that is put into a piece of it is escaped, because there is no other way to put it in. */
import {CitywatchError} from '../../lib/errors.ts'

/** A piece of well-formed XML. */
export class Xml {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = string | number | Xml | readonly Xml[] | null | undefined

/**
 * xml`<a b="${value}">${list}</a>`: strings and numbers are escaped, pieces and lists of pieces go in as they are,
 * null and undefined are nothing. Throws CW_PROTOCOL_LOCAL for characters that XML 1.0 cannot carry.
 */
export function xml(parts: TemplateStringsArray, ...values: readonly Value[]): Xml {
  return new Xml(parts.reduce((text, part, index) => text + written(values[index - 1]) + part))
}

function written(value: Value): string {
  if (value === undefined || value === null) return ''
  if (value instanceof Xml) return value.text
  return typeof value === 'object' ? value.map(({text}) => text).join('') : escapeXml(String(value))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
}

/** Text for an element or an attribute. Throws CW_PROTOCOL_LOCAL for characters that XML 1.0 cannot carry. */
export function escapeXml(text: string): string {
  if (!text.isWellFormed() || /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text)) {
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'XML', detail: 'a control character in a value'})
  }
  return text.replace(/[&<>"'\r]/g, (char) => ENTITIES[char] ?? char)
}
