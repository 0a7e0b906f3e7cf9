/** Whether the audit log's chain holds: nothing changed, added or taken out between its first line and its last. */
import {BEFORE_FIRST, hashOf, type KeptLine, readLine} from './line.ts'

export interface AuditVerdict {
  readonly state: 'intact' | 'broken'
  /** Lines that were read. */
  readonly lines: number
  /** Hash of the last good line; 64 zeros when there is none. To be kept elsewhere. */
  readonly head: string
  /** Number of the first line that is not right, and what is wrong; absent when intact. */
  readonly line?: number
  readonly why?: string
  /** Whether the hash that was kept elsewhere is one of the chain's; absent when none was given. */
  readonly expected?: 'found' | 'missing'
}

/** A line that is to be checked; `isFoundRight` false: filters would not find it by what it says. */
type Given = KeptLine & {readonly isFoundRight?: boolean}

/** Stops at the first line that breaks the chain: what stands behind it proves nothing. */
export async function verifyLines(
  lines: AsyncIterable<Given> | Iterable<Given>,
  expect?: string,
): Promise<AuditVerdict> {
  let head = BEFORE_FIRST
  let count = 0
  let isFound = expect === head
  for await (const kept of lines) {
    const why = faultOf(kept, count + 1, head)
    if (why !== undefined)
      return {state: 'broken', lines: count, head, line: count + 1, why, ...expected(expect, isFound)}
    count++
    head = kept.hash
    isFound ||= head === expect
  }
  return {state: 'intact', lines: count, head, ...expected(expect, isFound)}
}

function expected(expect: string | undefined, isFound: boolean): {readonly expected?: 'found' | 'missing'} {
  return expect === undefined ? {} : {expected: isFound ? 'found' : 'missing'}
}

/** What is wrong with a line that should be number `n` behind the hash `before`. */
function faultOf({n, line, hash, isFoundRight}: Given, place: number, before: string): string | undefined {
  if (n !== place) return `line ${n} stands in its place`
  const read = readLine(line)
  if (read === undefined) return 'it cannot be read'
  if (read.n !== n) return `it says that it is line ${read.n}`
  if (hashOf(before, line) !== hash) return 'it does not follow from the line before'
  return isFoundRight === false ? 'what it is found by was changed' : undefined
}
