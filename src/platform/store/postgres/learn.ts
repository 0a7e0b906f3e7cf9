/** Asks the database for facts: one question of one plan, whatever is wanted. */
import {FACT_KINDS} from './fact-kinds.ts'
import type {Facts, Wants} from './facts.ts'
import type {Link} from './link.ts'
import {Params} from './params.ts'

/** Asks for what is wanted and not known, and keeps it. */
export async function learn(link: Link, facts: Facts, wants: Wants): Promise<void> {
  leaveOut(wants.panels, facts.panels)
  leaveOut(wants.windows, facts.windows)
  leaveOut(wants.accountWindows, facts.accountWindows)
  if (wants.size === 0) return
  const params = new Params()
  const selects = Object.entries(FACT_KINDS).map(([what, kind]) => `SELECT '${what}', ${kind.select(wants, params)}`)
  const text = `WITH facts (what, id, key, account, state, seq) AS (${selects.join('\nUNION ALL\n')}) SELECT * FROM facts`
  const {rows} = await link.ask({name: 'facts', text, values: params.values})
  for (const kind of Object.values(FACT_KINDS)) kind.asked(facts, wants)
  for (const row of rows) FACT_KINDS[String(row.what)]?.keep(facts, row)
}

function leaveOut<Key>(wanted: Set<Key>, known: ReadonlyMap<Key, unknown>): void {
  for (const key of wanted) if (known.has(key)) wanted.delete(key)
}
