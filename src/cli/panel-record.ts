/** `--record FILE`: what a run says about panels goes to their record, each line on the disk before the next. */
import {safeText} from '../lib/safe-text.ts'
import {type Appending, appendTo} from '../panel/record/append.ts'
import type {RunLine} from '../panel/record/lines.ts'
import {operatorName} from './operator.ts'

/** Undefined without the flag. Throws what `appendTo` throws, before anything else happens. */
export async function recordAt(path: string | undefined): Promise<Appending | undefined> {
  return path === undefined ? undefined : appendTo(path)
}

/** The first line of a run; `account`: the one account, or the first of many. */
export function runLine(
  run: Pick<RunLine, 'test' | 'at' | 'account' | 'tool' | 'receiver' | 'key'> & {readonly transport?: 'tcp' | 'udp'},
): RunLine {
  return {type: 'run', by: safeText(operatorName(), 80), ...run}
}
