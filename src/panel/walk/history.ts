/** A list that only grows, newest first: adding costs the same however long it is, and older versions stay as they were. */

export interface History<T> {
  readonly size: number
  readonly last?: {readonly item: T; readonly before: History<T>}
}

const EMPTY: History<never> = {size: 0}

export function noHistory<T>(): History<T> {
  return EMPTY
}

export function added<T>(history: History<T>, item: T): History<T> {
  return {size: history.size + 1, last: {item, before: history}}
}

/** Newest first. */
export function* newest<T>(history: History<T>): Generator<T> {
  for (let at = history.last; at; at = at.before.last) yield at.item
}

/** Oldest first. */
export function inOrder<T>(history: History<T>): T[] {
  return [...newest(history)].reverse()
}
