/** A camera's name as ONVIF keeps it: one scope among others, percent-encoded. */
import {safeName} from '../../lib/safe-text.ts'
import type {Scope} from './answers.ts'

const NAME = 'onvif://www.onvif.org/name/'

/** The name that the scopes carry; a configurable one before one that is fixed. */
export function nameFromScopes(scopes: readonly Scope[]): string | undefined {
  const named = scopes.filter(({uri}) => uri.startsWith(NAME))
  return nameFromScope((named.find(({fixed}) => !fixed) ?? named[0])?.uri)
}

/** Undefined when the scope is not a name. */
export function nameFromScope(uri: string | undefined): string | undefined {
  if (!uri?.startsWith(NAME)) return undefined
  return safeName(decoded(uri.slice(NAME.length)))
}

/** The configurable scopes to write so that the camera has this name and keeps the others. */
export function scopesWithName(scopes: readonly Scope[], name: string): string[] {
  const others = scopes.filter(({fixed, uri}) => !fixed && !uri.startsWith(NAME)).map(({uri}) => uri)
  return [...others, `${NAME}${encodeURIComponent(name)}`]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
