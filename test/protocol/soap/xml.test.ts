import {expect, test} from 'vitest'
import {Xml, xml} from '../../../src/protocol/soap/xml.ts'

test('xml writer: values are escaped, pieces and lists of pieces are not', () => {
  const nasty = `&<>"'%@:/ 密码`
  expect(xml`<a b="${nasty}">${nasty}</a>`.text).toBe(
    '<a b="&amp;&lt;&gt;&quot;&apos;%@:/ 密码">&amp;&lt;&gt;&quot;&apos;%@:/ 密码</a>',
  )
  expect(xml`<a>${[xml`<b/>`, new Xml('<c/>')]}${xml`<d/>`}${undefined}${null}${7}</a>`.text).toBe(
    '<a><b/><c/><d/>7</a>',
  )
})

test('xml writer: a carriage return survives, since readers would make it a line feed', () => {
  expect(xml`${'a\r\nb'}`.text).toBe('a&#13;\nb')
})

test.each(['\0', 'a\u0007', '\uD800', '\uFFFF'])('xml writer: %j cannot be written', (text) => {
  expect(() => xml`<a>${text}</a>`).toThrow(expect.objectContaining({code: 'CW_PROTOCOL_LOCAL'}))
})
