/** A report for programs: one JSON object, every panel whole, written panel by panel. */
import {type Handover, totalsOf} from './document.ts'

/** More panels than this have a line each: blanks would be most of the file. */
const MANY = 100

export async function* jsonOf({generatedAt, tool, records, rows, panel}: Handover): AsyncGenerator<string> {
  const front = {generatedAt: new Date(generatedAt).toISOString(), tool, records, totals: totalsOf(rows)}
  yield `${JSON.stringify(front, null, 2).slice(0, -2)},\n  "panels": [`
  let before = '\n'
  for (const {account} of rows) {
    const report = await panel(account)
    yield before +
      (rows.length > MANY ? JSON.stringify(report) : JSON.stringify(report, null, 2).replaceAll(/^/gm, '    '))
    before = ',\n'
  }
  yield '\n  ]\n}\n'
}
