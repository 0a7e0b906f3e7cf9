/** A write that only shows that the disk takes one. */
import type {Transaction} from './transaction.ts'

/** More than one page, so that it needs room as a real entry does. */
const BYTES = 6_000

/** Leaves no row. A full disk fails it as it would fail a signal. */
export function writeTrial(transaction: Transaction): void {
  transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('trial', ?)", 'x'.repeat(BYTES))
  transaction.run("DELETE FROM meta WHERE name = 'trial'")
}
