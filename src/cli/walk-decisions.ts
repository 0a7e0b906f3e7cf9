/** Zones that are left out of a walk test on the command line, each with its reason. */
import {CitywatchError} from '../lib/errors.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {WalkPoint} from '../panel/walk/lines.ts'

export interface Skip {
  readonly key: string
  readonly reason: SafeText
}

/** `KEY=reason`, the key as in the checklist, or `PARTITION/ZONE`, or the zone where only one has that number. Throws CW_BAD_VALUE. */
export function skipsOf(texts: readonly string[], points: readonly WalkPoint[]): Skip[] {
  return texts.map((text) => {
    const at = text.indexOf('=')
    const reason = safeText(text.slice(at + 1).trim(), 200)
    if (at < 1 || reason === '') throw bad(text, 'ZONE=reason: a zone is never skipped without one')
    return {key: keyOf(text.slice(0, at).trim(), points), reason}
  })
}

function keyOf(name: string, points: readonly WalkPoint[]): string {
  const named = points.filter(({key, partition = '0', zone}) => [key, `${partition}/${zone}`, zone].includes(name))
  const exact = named.find(({key}) => key === name) ?? (named.length === 1 ? named[0] : undefined)
  if (exact) return exact.key
  throw bad(name, named.length === 0 ? 'a zone of the checklist' : `one of ${named.map(({key}) => key).join(', ')}`)
}

function bad(value: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: '--skip', value: safeText(value, 80), expected})
}
