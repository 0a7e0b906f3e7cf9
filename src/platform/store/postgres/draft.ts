/** A batch that is being worked out: what it asks for that is not known, and how it is taken back in part. */
import type {Head} from './changes.ts'
import {type Facts, Wants} from './facts.ts'

export class Draft {
  readonly wants = new Wants()
  protected readonly facts: Facts
  /** The row of `head` as the batch leaves it. */
  protected at: Head
  /** How to take back what was done since `atomically` began, latest last. */
  protected undo: (() => void)[] | undefined

  constructor(facts: Facts, head: Head) {
    this.facts = facts
    this.at = head
  }

  protected known<Key, Value>(facts: ReadonlyMap<Key, Value | null>, key: Key, wants: Set<Key>): Value | undefined {
    const fact = facts.get(key)
    if (fact === undefined) wants.add(key)
    return fact ?? undefined
  }

  protected put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    const before = map.get(key)
    this.undo?.push(before === undefined ? () => map.delete(key) : () => map.set(key, before))
    map.set(key, value)
  }

  protected raise(change: Partial<Head>): void {
    this.at = {...this.at, ...change}
  }
}
