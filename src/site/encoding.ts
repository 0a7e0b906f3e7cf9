/** Which encoding an inventory is written in: said only when it is known, never guessed (byte order mark, UTF-8, GB18030). */
import {CitywatchError} from '../lib/errors.ts'
import {headOf, type Source} from './source.ts'

/** Names that --encoding takes. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'big5', 'euc-kr', 'shift_jis'] as const
export type Encoding = (typeof ENCODINGS)[number]

export interface EncodingFacts {
  readonly encoding: Encoding
  /** Why: named by the user, a byte order mark, plain ASCII, every byte valid, or known header words. */
  readonly because: 'named' | 'mark' | 'ascii' | 'valid' | 'header'
}

/** Bytes that candidates are tried on. */
const SAMPLE_BYTES = 1024 * 1024

/**
 * A mark, else strict UTF-8 over the whole file, else GB18030 when `knowsHeader` recognises the first record decoded so. A
 * Korean file passes for plausible Chinese in strict GB18030, so without known words it is CW_UNKNOWN_ENCODING.
 */
export async function tellEncoding(
  source: Source,
  knowsHeader: (firstLines: string) => boolean,
  named?: Encoding,
): Promise<EncodingFacts> {
  if (named) return {encoding: named, because: 'named'}
  const head = await headOf(source, SAMPLE_BYTES)
  const marked = markOf(head)
  if (marked) return {encoding: marked, because: 'mark'}
  const utf8 = await fitsUtf8(source)
  if (utf8) return {encoding: 'utf-8', because: utf8}
  const chinese = tryDecode(head, 'gb18030')
  if (chinese !== undefined && knowsHeader(chinese)) return {encoding: 'gb18030', because: 'header'}
  throw new CitywatchError('CW_UNKNOWN_ENCODING', {path: source.label, candidates: candidates(head).join(', ')})
}

function markOf(head: Buffer): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}

async function fitsUtf8(source: Source): Promise<'ascii' | 'valid' | undefined> {
  const decoder = new TextDecoder('utf-8', {fatal: true})
  let ascii = true
  try {
    for await (const chunk of source.bytes()) {
      const text = decoder.decode(chunk, {stream: true})
      ascii &&= text.length === chunk.length
    }
    decoder.decode()
  } catch (error) {
    if (isDecodeError(error)) return undefined
    throw error
  }
  return ascii ? 'ascii' : 'valid'
}

/** A character cut off at the end of the sample is no fault: the decoder is told that more may come. */
function tryDecode(sample: Buffer, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(sample, {stream: true})
  } catch (error) {
    if (isDecodeError(error)) return undefined
    throw error
  }
}

/** CP949 is told by its shape: no decoder of this runtime knows it. */
function candidates(head: Buffer): string[] {
  const found: string[] = (['gb18030', 'big5', 'shift_jis'] as const).filter(
    (name) => tryDecode(head, name) !== undefined,
  )
  const lines = head.toString('latin1').replace(/[^\n]*$/, '')
  if (/^(?:[\0-\x7F]|[\x81-\xFE][A-Za-z\x81-\xFE])*$/.test(lines)) found.push('cp949 (convert it to UTF-8 first)')
  return found.length > 0 ? found : ['none known; it may be damaged']
}

/** The text of a source, decoded strictly; the mark is dropped. Throws CW_BAD_VALUE when the bytes do not fit. */
export async function* decoded(source: Source, {encoding}: EncodingFacts): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, {fatal: true})
  let offset = 0
  try {
    for await (const chunk of source.bytes()) {
      offset += chunk.length
      yield decoder.decode(chunk, {stream: true})
    }
    yield decoder.decode()
  } catch (cause) {
    if (!isDecodeError(cause)) throw cause
    const expected = `an encoding that fits ${source.label} (its bytes before ${offset} do not)`
    throw new CitywatchError('CW_BAD_VALUE', {field: 'encoding', value: encoding, expected}, {cause})
  }
}

function isDecodeError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
}
