/** A batch that is worked out, as one statement: everything that it changes, or nothing. */
import type {Changes} from './changes.ts'
import {type BatchName, PARTS} from './flush-parts.ts'
import {CHANNEL} from './layout.ts'
import type {Question} from './link.ts'
import {Params} from './params.ts'
import {seenRows} from './recall.ts'

/** The parts come in one order, so the text is always the same and is prepared once. One notice tells every node of the whole batch. */
export function flushOf(changes: Changes, name: BatchName): Question {
  const {head, rows} = changes
  const params = new Params()
  const parts = PARTS.map((part) => part(changes, params, name))
  const node = params.text(name.node)
  const text = `
    WITH ${parts.join(',\n')}
    UPDATE head
    SET seq = ${params.bigint(head.seq)}, alarm = ${params.bigint(head.alarm)}, ontest = ${params.bigint(head.ontest)},
      mask = ${params.bigint(head.mask)}, handoff = ${params.bigint(head.handoff)},
      turn = ${params.bigint(head.turn)}, revision = ${params.bigint(head.revision)},
      seen = ${params.bigint(head.seen + seenRows(changes).length)}
    RETURNING CASE WHEN ${params.bigint(rows.length)} > 0 THEN pg_notify('${CHANNEL}', seq || ' ' || ${node}) END
  `
  return {name: 'flush', text, values: params.values}
}
