/** Text that panels send along: UTF-8 where it is valid, else Windows-1252, as the protocol says. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'

/** Characters of Windows-1252 above ASCII with their bytes. */
const BYTES: ReadonlyMap<string, string> = new Map(
  Array.from({length: 128}, (_, index) => {
    const byte = 128 + index
    return [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), String.fromCharCode(byte)]
  }),
)

/** Text as bytes, one character each: Windows-1252, as the protocol says, or UTF-8 where that has no place for it. */
export function writeText(text: string): string {
  const bytes = Array.from(text, (char) => (char < '\x80' ? char : BYTES.get(char)))
  const western = bytes.every((byte) => byte !== undefined) ? bytes.join('') : undefined
  return western !== undefined && readText(western) === text ? western : Buffer.from(text).toString('latin1')
}

/** `latin1`: one character a byte. */
export function readText(latin1: string): SafeText {
  if (!/[\x80-\xff]/.test(latin1)) return safeText(latin1)
  const bytes = Buffer.from(latin1, 'latin1')
  try {
    return safeText(new TextDecoder('utf-8', {fatal: true}).decode(bytes))
  } catch {
    return safeText(new TextDecoder('windows-1252').decode(bytes))
  }
}
