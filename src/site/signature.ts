/** What a file is when it is no table of text: said by name, with what to do about it. */

const SHEET = 'save the sheet as CSV UTF-8 and import that'

/** First bytes (latin-1) → what the file is. */
const SIGNATURES: readonly (readonly [start: string, what: string])[] = [
  ['%PDF', 'a PDF document'],
  ['\xD0\xCF\x11\xE0', `an old Excel or Office document: ${SHEET}`],
  ['\x89PNG', 'a PNG image'],
  ['\xFF\xD8\xFF', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['BM', 'a BMP image'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['\x1F\x8B', 'a gzip archive: unpack it first'],
  ['7z\xBC\xAF', 'a 7-Zip archive: unpack it first'],
  ['Rar!', 'a RAR archive: unpack it first'],
  ['SQLite format 3', 'an SQLite database'],
  ['\x7FELF', 'a program'],
  ['MZ\x90', 'a program'],
]

/**
 * What the file is when it is not text with rows; undefined when it may be a table. `head` is its first bytes; UTF-16 with a
 * mark is text.
 */
export function notATable(head: Buffer): string | undefined {
  if (head.length === 0) return 'it is empty'
  const start = head.toString('latin1')
  if (start.startsWith('PK\x03\x04')) return zipKind(start)
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'it is a WebP image'
  for (const [bytes, what] of SIGNATURES) {
    // "BM" begins many an ordinary header; an image's header has zero bytes soon after.
    if (start.startsWith(bytes) && (bytes !== 'BM' || start.slice(0, 16).includes('\0'))) return `it is ${what}`
  }
  const utf16 = start.startsWith('\xFF\xFE') || start.startsWith('\xFE\xFF')
  return utf16 ? undefined : textKind(start)
}

function zipKind(start: string): string {
  if (/xl\/|\[Content_Types\]\.xml/.test(start)) return `it is an Excel workbook: ${SHEET}`
  if (start.includes('opendocument.spreadsheet')) return `it is an OpenDocument sheet: ${SHEET}`
  return 'it is a ZIP archive: unpack it first'
}

function textKind(start: string): string | undefined {
  const text = start.replace(/^\xEF\xBB\xBF/, '').trimStart()
  if (text === '') return 'it is empty'
  if (/^<(?:!doctype html|html|head|body|table)/i.test(text)) return `it is a web page: ${SHEET}`
  if (text.startsWith('<?xml') || /^<[A-Za-z][\w:.-]*[\s>]/.test(text)) return 'it is an XML document'
  if (text.includes('\0')) return 'it holds binary data'
  return undefined
}
