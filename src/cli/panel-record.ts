/** `--record FILE`: what a run says about panels goes to their record, each line on the disk before the next. */
import {safeText} from '../lib/safe-text.ts'
import {Capture} from '../panel/capture.ts'
import type {LineHead, RunLine} from '../panel/record/lines.ts'
import {operatorName} from './operator.ts'

export interface RecordWriter {
  /** Resolves once the line is on the disk. Rejects with CW_DISK_FULL or CW_IO. */
  append(line: LineHead & {readonly type: string}): Promise<void>
  close(): Promise<void>
}

/** Undefined without the flag. Throws CW_IO before anything else happens. */
export async function recordAt(path: string | undefined): Promise<RecordWriter | undefined> {
  if (path === undefined) return undefined
  const file = await Capture.open(path)
  return {
    append: ({type, ...line}) => file.append(JSON.stringify({type, ...line})),
    close: () => file.close(),
  }
}

/** The first line of a run; `account`: the one account, or the first of many. */
export function runLine(
  run: Pick<RunLine, 'test' | 'at' | 'account' | 'tool' | 'receiver' | 'key'> & {readonly transport?: 'tcp' | 'udp'},
): RunLine {
  return {type: 'run', by: safeText(operatorName(), 80), ...run}
}
