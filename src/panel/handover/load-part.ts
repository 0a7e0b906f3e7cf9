/** The load runs' share of the report: each as a check of its books. */
import {type LoadLine, loadLineIn} from '../record/load-line.ts'
import type {RecordedLine} from '../record/read.ts'
import {stamp} from './format.ts'
import type {Check} from './model.ts'
import {whereOf} from './suite-part.ts'

/** Throws CW_BAD_VALUE for a damaged line. */
export function loadsIn(lines: readonly RecordedLine[]): readonly LoadLine[] {
  return lines.filter(({type}) => type === 'load').map(loadLineIn)
}

/** Passed: everything planned was sent and acknowledged, and the receiver's capture has each once. */
export function loadCheck(line: LoadLine): Check {
  const {at, planned, sent, acked, refused, unsupported, lost, capture} = line
  const isWhole = acked === planned && (capture?.missing ?? 0) === 0 && (capture?.doubled ?? 0) === 0
  const isSilent = sent > 0 && lost === sent
  const kept = capture ? `, capture: ${capture.missing} missing, ${capture.doubled} doubled` : ''
  return {
    part: 'load',
    where: whereOf(line),
    id: stamp(at),
    name: 'the books close',
    result: isWhole ? 'passed' : isSilent ? 'unreachable' : 'failed',
    detail: `${planned} planned, ${sent} sent, ${acked} acknowledged, ${refused} refused, ${unsupported} not understood, ${lost} lost${kept}`,
  }
}
