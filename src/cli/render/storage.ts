/** What the log takes on the disk, as `platform status` says it. */
import {sizeText} from '../../lib/size.ts'
import type {LogStorage} from '../../platform/contract.ts'

export function storageLines(log: LogStorage): string[] {
  const {floor, dropped, open, segments, segmentBytes, databaseBytes, failures, trouble} = log
  const gone = dropped > 0 ? `, ${dropped} dropped` : ''
  return [
    `kept       from entry ${floor + 1} on${gone}`,
    `disk       ${sizeText(segmentBytes)} in ${segments} sealed segments, ${sizeText(databaseBytes)} with ${open} open entries`,
    ...(trouble === undefined ? [] : [`trouble    the log is not sealed or dropped: ${trouble} (${failures} failed)`]),
  ]
}
