/** A frame as people paste it: text with \n and \r written out, raw bytes from a pipe, or hex. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'

const MAX_BYTES = 16 * 1024
const ESCAPES: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', '\\': '\\'}

/** `text`: one character a byte. Throws CW_BAD_VALUE for nothing, and for more than a frame can be. */
export function bytesOfPaste(text: string): Uint8Array {
  // The line end that `echo` and editors add is not the frame's.
  const pasted = text.replace(/^[ \t]+|[ \t]*\n?$/g, '')
  if (pasted.trim() === '' || pasted.length > 4 * MAX_BYTES) {
    const value = pasted.length > 4 * MAX_BYTES ? `${pasted.length} bytes` : safeText(pasted) || 'nothing'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'frame', value, expected: 'one frame, as text or as hex'})
  }
  return hex(pasted) ?? Buffer.from(unescaped(pasted), 'latin1')
}

/** Hex holds at least a quote, which begins the counted part of every frame; `983B0023…` alone does not make it hex. */
function hex(text: string): Uint8Array | undefined {
  const digits = text.replace(/0x|[\s:,]/g, '')
  const isHex = /^[0-9A-Fa-f]+$/.test(digits) && digits.length % 2 === 0
  const bytes = isHex ? Buffer.from(digits, 'hex') : undefined
  return bytes?.includes('"') ? bytes : undefined
}

function unescaped(text: string): string {
  return text
    .replace(/^<LF>/i, '\n')
    .replace(/<CR>$/i, '\r')
    .replace(/\\(?:([nrt\\])|x([0-9A-Fa-f]{2}))/g, (_, short?: string, code?: string) =>
      short === undefined ? String.fromCharCode(Number.parseInt(code ?? '', 16)) : (ESCAPES[short] ?? short),
    )
}
