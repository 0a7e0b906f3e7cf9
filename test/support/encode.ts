/** Texts in the encodings that inventories come in, made by turning the runtime's decoders round. */

/** Bytes of a text in a two-byte encoding (`gb18030`, `euc-kr`, `big5`). Throws RangeError for what it cannot write. */
export function encode(text: string, encoding: 'gb18030' | 'euc-kr' | 'big5'): Buffer {
  const table = inverted(encoding)
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code < 0x80) bytes.push(code)
    else bytes.push(...(table.get(char) ?? outside(char, encoding)))
  }
  return Buffer.from(bytes)
}

function inverted(encoding: string): Map<string, [number, number]> {
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, [number, number]>()
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail))
      if ([...text].length === 1 && text !== '\uFFFD' && !table.has(text)) table.set(text, [lead, trail])
    }
  }
  return table
}

function outside(char: string, encoding: string): never {
  throw new RangeError(`${char} is not in two bytes of ${encoding}`)
}
