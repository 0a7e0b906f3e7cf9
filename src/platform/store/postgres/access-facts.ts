/** What a batch needs to know of users and tokens, and of the audit log. */
import type {AccessRecord} from '../../access/records.ts'
import type {FactKind} from './fact-kind.ts'

export const access: FactKind = {
  select: (wants, params) =>
    `NULL, kind || ' ' || name, NULL, state, NULL FROM access WHERE ${params.boolean(wants.access)}`,
  asked(facts, wants) {
    if (wants.access) facts.access = new Map()
  },
  keep: (facts, row) => void facts.access?.set(String(row.key), JSON.parse(String(row.state)) as AccessRecord),
}

export const auditTail: FactKind = {
  select: (wants, params) =>
    `n, NULL, NULL, hash, NULL FROM (SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1) AS tail WHERE ${params.boolean(wants.auditTail)}`,
  asked(facts, wants) {
    if (wants.auditTail) facts.auditTail = null
  },
  keep(facts, row) {
    facts.auditTail = {n: Number(row.id), hash: String(row.state)}
  },
}
