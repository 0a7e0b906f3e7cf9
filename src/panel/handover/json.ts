/** A report for programs: one JSON object, every panel whole, written panel by panel. */
import {type Handover, totalsOf} from './document.ts'

export async function* jsonOf({generatedAt, tool, records, rows, panel}: Handover): AsyncGenerator<string> {
  const front = {generatedAt: new Date(generatedAt).toISOString(), tool, records, totals: totalsOf(rows)}
  yield `${JSON.stringify(front, null, 2).slice(0, -2)},\n  "panels": [`
  let before = '\n'
  for (const {account} of rows) {
    yield `${before}${JSON.stringify(await panel(account), null, 2).replaceAll(/^/gm, '    ')}`
    before = ',\n'
  }
  yield '\n  ]\n}\n'
}
