/** Reads what a person has to say: a name, a reason, a comment that is not empty. */
import {MAX_NAME, type SafeText} from '../../lib/safe-text.ts'
import {bad, type Fields} from './fields.ts'

/** At most `max` code points, not only spaces. Throws CW_BAD_VALUE. */
export function said(fields: Fields, name: string, expected: string, max: number = MAX_NAME): SafeText {
  const text = fields.text(name, max)
  if (text.trim() === '') throw bad(fields.at(name), text, expected)
  return text
}
