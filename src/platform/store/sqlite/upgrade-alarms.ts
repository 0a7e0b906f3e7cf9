/** Brings the alarms of a layout before 6 up to it: the columns they lack, what latches, the totals. */
import type {DatabaseSync} from 'node:sqlite'
import {screenState} from '../../../alarm/screen-state.ts'
import {type Tally, talliesOf} from '../../../alarm/tally.ts'
import type {Alarm} from '../../../model/alarm.ts'

/** Columns of the alarm table since layout 6: what pages and rules look for, taken from `state`. */
export const ALARM_COLUMNS = [
  "account TEXT NOT NULL DEFAULT ''",
  "screen TEXT NOT NULL DEFAULT 'CLOSED'",
  'priority INTEGER NOT NULL DEFAULT 2',
  'fired_at INTEGER NOT NULL DEFAULT 0',
  'seq INTEGER NOT NULL DEFAULT 0',
] as const

/** Call it in the transaction of the upgrade, before indexes name the columns. A table that has them is left alone. */
export function addAlarmColumns(db: DatabaseSync): void {
  const names = db.prepare("SELECT name FROM pragma_table_info('alarm')").all()
  if (names.length === 0 || names.some(({name}) => name === 'screen')) return
  for (const column of ALARM_COLUMNS) db.exec(`ALTER TABLE alarm ADD COLUMN ${column}`)
  db.exec(`UPDATE alarm SET account = iif(json_extract(state, '$.origin') IS NULL OR json_extract(state, '$.origin.lost'),
      json_extract(state, '$.account'), ''), priority = json_extract(state, '$.priority'),
    fired_at = json_extract(state, '$.raisedAt')`)
  linkToLog(db)
  openOnes(db)
}

/** Where the latest change of each is told of, so that its history begins there. */
function linkToLog(db: DatabaseSync): void {
  db.exec(`CREATE TEMP TABLE latest (subject TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO latest SELECT subject, max(seq) FROM log WHERE subject LIKE 'alarm/%' GROUP BY subject;
    UPDATE alarm SET seq = coalesce((SELECT seq FROM latest WHERE subject = 'alarm/' || alarm.id), 0);
    DROP TABLE latest;`)
}

/** What latches and is over waits for a reset; it had no name of its own. The totals are counted anew. */
function openOnes(db: DatabaseSync): void {
  const sums = new Map<Tally, number>()
  const save = db.prepare('UPDATE alarm SET screen = ?, state = ? WHERE id = ?')
  for (const {id, state} of db.prepare("SELECT id, state FROM alarm WHERE handling <> 'closed'").all()) {
    const before = JSON.parse(String(state)) as Alarm
    const isLatched = before.latching && before.condition === 'restored'
    const alarm: Alarm = isLatched ? {...before, condition: 'latched'} : before
    save.run(screenState(alarm), JSON.stringify(alarm), Number(id))
    for (const tally of talliesOf(alarm)) sums.set(tally, (sums.get(tally) ?? 0) + 1)
  }
  db.exec("DELETE FROM counter WHERE name LIKE 'alarm:%'")
  const count = db.prepare('INSERT INTO counter (name, value) VALUES (?, ?)')
  for (const [tally, sum] of sums) count.run(`alarm:${tally}`, sum)
}
