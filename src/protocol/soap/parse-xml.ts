/** Reads XML as devices really write it: prefixes undeclared, ampersands bare; but bounded, and never a DOCTYPE. */
import {SaxesParser} from 'saxes'
import {CitywatchError} from '../../lib/errors.ts'
import type {Element} from './element.ts'

/** No answer of a camera comes near these; what exceeds them is broken or hostile. */
export const MAX_XML_BYTES = 8 * 1024 * 1024
export const MAX_DEPTH = 64
export const MAX_NODES = 200_000
/** Attributes of one element. */
export const MAX_ATTRIBUTES = 1_000

/** What saxes complains about and a reader can live with: the tree is the same with and without it. */
const TOLERABLE =
  /disallowed character\.$|XML declaration must|undefined entity|duplicate attribute|malformed name|text data outside|"\]\]>"/
const BARE_AMPERSAND = /&(?!#\d{1,7};|#x[\da-f]{1,6};|\w{1,32};)/gi

interface Open {
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: Element[]
  text: string
}

/** The root element. Throws CW_PROTOCOL_REMOTE for what is not well-formed, has a DOCTYPE, or exceeds a limit. */
export function parseXml(bytes: Uint8Array): Element {
  if (bytes.length > MAX_XML_BYTES) refuse(`more than ${MAX_XML_BYTES} bytes`)
  const text = decodeText(bytes)
  const tree = new Tree()
  const parser = new SaxesParser({xmlns: false})
  parser.on('doctype', () => refuse('a DOCTYPE'))
  parser.on('error', ({message}) => {
    if (!TOLERABLE.test(message)) refuse(message)
  })
  parser.on('opentagstart', ({name}) => tree.open(name))
  parser.on('attribute', ({name, value}) => tree.attribute(name, value))
  parser.on('text', (value) => tree.text(value))
  parser.on('cdata', (value) => tree.text(value))
  parser.on('closetag', () => tree.close())
  parser.write(text.includes('<![CDATA[') ? text : text.replace(BARE_AMPERSAND, '&amp;')).close()
  return tree.root ?? refuse('no element')
}

class Tree {
  root: Element | undefined
  readonly #stack: Open[] = []
  #nodes = 0

  open(name: string): void {
    if (this.#stack.length >= MAX_DEPTH) refuse(`elements nested deeper than ${MAX_DEPTH}`)
    if (++this.#nodes > MAX_NODES) refuse(`more than ${MAX_NODES} elements`)
    this.#stack.push({name: localName(name), attributes: new Map(), children: [], text: ''})
  }

  attribute(name: string, value: string): void {
    const attributes = this.#stack.at(-1)?.attributes
    if (!attributes) return
    if (attributes.size >= MAX_ATTRIBUTES) refuse(`more than ${MAX_ATTRIBUTES} attributes`)
    const local = localName(name)
    if (!attributes.has(local)) attributes.set(local, value)
  }

  text(value: string): void {
    const open = this.#stack.at(-1)
    if (open) open.text += value
  }

  close(): void {
    const closed = this.#stack.pop()
    if (!closed) return
    closed.text = closed.text.trim()
    const parent = this.#stack.at(-1)
    if (parent) parent.children.push(closed)
    else this.root ??= closed
  }
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1)
}

/** UTF-8 unless the declaration names an encoding that the runtime knows (older firmware writes GB2312). */
function decodeText(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 120)).toString('latin1')
  const [, label = 'utf-8'] = /^\s*<\?xml[^>]{0,80}encoding=["']([\w.-]{1,20})["']/.exec(head) ?? []
  return decoderOf(label).decode(bytes).trimStart()
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
  }
}

function refuse(detail: string): never {
  throw new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'XML', detail})
}
