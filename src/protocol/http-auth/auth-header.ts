/**
 * WWW-Authenticate and Authorization as devices really write them: several challenges in one value, spaces, bare words.
 *
 *   Digest realm="cam", nonce="ab12", qop="auth, auth-int", Basic realm="cam"        (RFC 9110 §11.6)
 */

/** One scheme with its parameters. */
export interface AuthPart {
  /** Lower case: `digest`, `basic`. */
  readonly scheme: string
  /** Parameter names in lower case, values without quotes. The first of two equal names counts. */
  readonly params: ReadonlyMap<string, string>
}

/** Longest header value looked at, in characters, and most challenges taken from all values together. */
const MAX_AUTH_HEADER = 8 * 1024
const MAX_CHALLENGES = 16

const PARAM = /([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^\s,"]*))/y
const SCHEME = /([\w!#$%&'*+.^`|~-]+)(?=[ \t,]|$)/y
const SEPARATOR = /[\s,]*/y
/** What is neither is passed over as a whole, so that no text is looked at twice. */
const JUNK = /[^\s,]+/y

/** Every scheme of the header values in order. Never throws: what cannot be read is passed over. */
export function parseAuthHeader(values: readonly string[]): AuthPart[] {
  return values
    .slice(0, MAX_CHALLENGES)
    .flatMap((value) => partsOf(value.slice(0, MAX_AUTH_HEADER)))
    .slice(0, MAX_CHALLENGES)
}

function partsOf(text: string): AuthPart[] {
  const parts: {scheme: string; params: Map<string, string>}[] = []
  for (let at = 0; at < text.length; ) {
    at = match(SEPARATOR, text, at)?.end ?? at
    const param = match(PARAM, text, at)
    const scheme = param ? undefined : match(SCHEME, text, at)
    if (param) {
      const [, name = '', quoted, bare = ''] = param.groups
      const params = parts.at(-1)?.params
      if (params && !params.has(name.toLowerCase()))
        params.set(name.toLowerCase(), quoted?.replace(/\\([\s\S])/g, '$1') ?? bare)
    } else if (scheme) {
      parts.push({scheme: (scheme.groups[1] ?? '').toLowerCase(), params: new Map()})
    }
    at = param?.end ?? scheme?.end ?? match(JUNK, text, at)?.end ?? text.length
  }
  return parts
}

function match(pattern: RegExp, text: string, at: number): {groups: RegExpExecArray; end: number} | undefined {
  pattern.lastIndex = at
  const groups = pattern.exec(text)
  return groups ? {groups, end: pattern.lastIndex} : undefined
}
