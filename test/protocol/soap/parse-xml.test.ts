import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {isCitywatchError} from '../../../src/lib/errors.ts'
import type {Element} from '../../../src/protocol/soap/element.ts'
import {MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, MAX_XML_BYTES, parseXml} from '../../../src/protocol/soap/parse-xml.ts'
import {xml} from '../../../src/protocol/soap/xml.ts'

const parse = (text: string | Buffer) => brief(parseXml(Buffer.from(text)))
type Brief = string | {readonly [name: string]: Brief[] | string}

/** `<a>x</a>` → {a: 'x'}, `<a b="1"><c/></a>` → {a: [{c: ''}], '@b': '1'}. */
function brief({name, attributes, children, text}: Element): Brief {
  const own = Object.fromEntries([...attributes].map(([key, value]) => [`@${key}`, value]))
  return {[name]: children.length > 0 ? children.map(brief) : text, ...own}
}

const READ: readonly (readonly [string, string | Buffer, Brief])[] = [
  ['values stay the text they were', '<a><f>1.10</f><s>20230115123456789012</s><t>true</t></a>', {a: [{f: '1.10'}, {s: '20230115123456789012'}, {t: 'true'}]}],
  ['prefixes that nobody declared', '<tds:A x:token="1"><tt:B/></tds:A>', {A: [{B: ''}], '@token': '1'}],
  ['prefixes declared in any quotes', "<a:A xmlns:a='urn:a'/>", {A: '', '@a': 'urn:a'}],
  ['white space before the declaration', '\r\n <?xml version="1.0"?><a>1</a>', {a: '1'}],
  ['a byte order mark', '\uFEFF<?xml version="1.0"?><a/>', {a: ''}],
  ['a bare ampersand in an address', '<Uri>rtsp://h/s?a=1&b=2&amp;c=3</Uri>', {Uri: 'rtsp://h/s?a=1&b=2&c=3'}],
  ['an entity that nobody declared', '<a>&nbsp;x</a>', {a: '&nbsp;x'}],
  ['CDATA beside text', '<a>1<![CDATA[<&]]>2</a>', {a: '1<&2'}],
  ['an attribute given twice', '<a b="1" b="2"/>', {a: '', '@b': '1'}],
  ['control characters', '<a>x\u0001y</a>', {a: 'x\u0001y'}],
  ['junk after the root', '<a>1</a>\0\0', {a: '1'}],
  ['GB2312 where it says so', Buffer.concat([Buffer.from('<?xml version="1.0" encoding="GB2312"?><a>'), Buffer.from([0xc9, 0xe3]), Buffer.from('</a>')]), {a: '摄'}],
  ['an encoding that nobody knows', '<?xml version="1.0" encoding="x-vendor"?><a>摄</a>', {a: '摄'}],
] // biome-ignore format: a table

test.each(READ)('xml: %s', (_, text, tree) => expect(parse(text)).toEqual(tree))

const entities = Array.from({length: 30}, (_, index) => `<!ENTITY e${index + 1} "&e${index};&e${index};">`).join('')
const REFUSED: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['no XML', 'hello'],
  ['an answer that ends in the middle', '<a><b>1</b>'],
  ['an answer that ends in a tag', '<a><b'],
  ['tags that do not match', '<a><b></a></b>'],
  ['a DOCTYPE', '<!DOCTYPE a><a/>'],
  ['entities that multiply', `<!DOCTYPE a [<!ENTITY e0 "ha">${entities}]><a>&e30;</a>`],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['elements nested too deep', '<a>'.repeat(MAX_DEPTH + 1) + '</a>'.repeat(MAX_DEPTH + 1)],
  ['elements nested without an end', '<a>'.repeat(1_000_000)],
  ['too many elements', `<a>${'<b/>'.repeat(MAX_NODES)}</a>`],
  ['too many attributes', `<a ${Array.from({length: MAX_ATTRIBUTES + 1}, (_, index) => `b${index}="1"`).join(' ')}/>`],
  ['too many bytes', Buffer.alloc(MAX_XML_BYTES + 1, 0x20)],
]

test.each(REFUSED)('xml: %s is refused', (_, text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({code: 'CW_PROTOCOL_REMOTE'}))
})

test('xml: what is just within the limits is read', () => {
  expect(parseXml(Buffer.from('<a>'.repeat(MAX_DEPTH) + '</a>'.repeat(MAX_DEPTH))).name).toBe('a')
  expect(parseXml(Buffer.from(`<a>${'<b/>'.repeat(MAX_NODES - 1)}</a>`)).children).toHaveLength(MAX_NODES - 1)
})

describe('properties', () => {
  const printable = fc
    .string({unit: 'grapheme', maxLength: 60})
    .filter((text) => !/[\u0000-\u001F\uFFFE\uFFFF]/.test(text))

  test('xml: every value that can be written is read back as it was', () => {
    fc.assert(
      fc.property(printable, printable, (text, value) => {
        const root = parseXml(Buffer.from(xml`<a b="${value}">${text}</a>`.text))
        expect([root.text, root.attributes.get('b')]).toEqual([text.trim(), value])
      }),
    )
  })

  test('xml: noise is a tree or the remote error, nothing else', () => {
    const pieces = fc.constantFrom('<', '>', '/', '&', ';', '"', '=', ' ', 'a', ':', '<a>', '</a>', '<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '<!', '&#x')
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({maxLength: 200}), fc.array(pieces, {maxLength: 40}).map((list) => Buffer.from(list.join('')))), (bytes) => {
        try {
          parseXml(bytes)
        } catch (error) {
          expect(isCitywatchError(error, 'CW_PROTOCOL_REMOTE')).toBe(true)
        }
      }),
      {numRuns: 500},
    )
  }) // biome-ignore format: pieces of XML in one line
})
