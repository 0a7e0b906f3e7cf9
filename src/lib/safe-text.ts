/** Text from devices, files and networks, made harmless for terminals, tables and logs before anything else sees it. */

declare const brand: unique symbol

/** A string that `safeText` has let through: one line, no control, escape, bidi or invisible characters. */
export type SafeText = string & {readonly [brand]: 'SafeText'}

/** Longest name and longest text that leave the sanitiser, in code points. */
export const MAX_NAME = 128
export const MAX_TEXT = 1024
const MAX_COMBINING = 4

const INVISIBLE =
  /[\u061C\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\u{E0000}-\u{E007F}]|[\uFE00-\uFE0F]|[\u{1F3FB}-\u{1F3FF}]/gu
const LINE_BREAK = /\r\n|[\r\n\u0085\u2028\u2029]/g
const TAB = /\t/g
const C0 = /[\u0000-\u001F]/g
const DEL_C1 = /[\u007F-\u009F]/g
const COMBINING_FLOOD = new RegExp(`(\\p{M}{${MAX_COMBINING}})\\p{M}+`, 'gu')

/**
 * One line of printable text: line breaks become ⏎, tabs a space, control characters their pictures (ESC → ␛), C1 and
 * lone surrogates U+FFFD; bidi controls, zero-width characters and tags are dropped; at most `max` code points remain.
 */
export function safeText(raw: string, max: number = MAX_TEXT): SafeText {
  if (isPlain(raw) && raw.length <= max) return raw as SafeText
  const bounded = raw.length > max * 4 ? raw.slice(0, max * 4) : raw
  const text = bounded
    .toWellFormed()
    .normalize('NFC')
    .replace(LINE_BREAK, '⏎')
    .replace(TAB, ' ')
    .replace(C0, (char) => String.fromCodePoint(0x2400 + char.charCodeAt(0)))
    .replace(DEL_C1, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(COMBINING_FLOOD, '$1')
  return cut(text, max) as SafeText
}

/** `safeText` with the length of a name. */
export function safeName(raw: string): SafeText {
  return safeText(raw.trim(), MAX_NAME)
}

function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const points = Array.from(text)
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`
}
