/** Text that panels send along: UTF-8 where it is valid, else Windows-1252, as the protocol says. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'

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
