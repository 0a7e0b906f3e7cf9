/** Which lines of a record are a walk test's, read as such. */
import {CitywatchError} from '../../lib/errors.ts'
import type {RecordedLine} from '../record/read.ts'
import type {WalkLine} from './lines.ts'

type Shape = Readonly<Record<string, 'string' | 'number' | 'object'>>

/** What a line must have to be used; other members may be missing. */
const SHAPES: Readonly<Record<WalkLine['type'], Shape>> = {
  run: {by: 'string', tool: 'string', receiver: 'string', guard: 'string'},
  checklist: {source: 'string', points: 'object'},
  heard: {n: 'number', signal: 'object'},
  repeated: {seq: 'number', what: 'string'},
  answered: {n: 'number', ackMs: 'number'},
  refused: {from: 'string', reason: 'string'},
  skip: {key: 'string', by: 'string', text: 'string'},
  fail: {key: 'string', by: 'string', text: 'string'},
  again: {key: 'string', by: 'string', text: 'string'},
  note: {key: 'string', by: 'string', text: 'string'},
  pause: {by: 'string'},
  resume: {by: 'string'},
  window: {what: 'string', id: 'string', reason: 'string', by: 'string', from: 'number', until: 'number'},
  seen: {position: 'object'},
  gap: {detail: 'string'},
  end: {how: 'string'},
}

/** A walk test's lines, in order; what stands under the run of another test is passed over. Throws CW_BAD_VALUE for a damaged one. */
export function walkLines(lines: readonly RecordedLine[], label: string): WalkLine[] {
  let isWalk = false
  return lines.flatMap((line, index) => {
    if (line.type === 'run') isWalk = line.test === 'walk'
    if (!isWalk || !isWalkType(line.type)) return []
    if (isWhole(line)) return [line]
    const expected = `what a ${line.type} line of a walk test holds`
    throw new CitywatchError('CW_BAD_VALUE', {field: `${label} entry ${index + 1}`, value: line.type, expected})
  })
}

/** True for a type of line that a walk test writes. */
export function isWalkType(type: string): type is WalkLine['type'] {
  return Object.hasOwn(SHAPES, type)
}

function isWhole(line: RecordedLine): line is RecordedLine & WalkLine {
  const shape: Shape = isWalkType(line.type) ? SHAPES[line.type] : {}
  const fits = Object.entries(shape).every(([name, type]) => typeof line[name] === type && line[name] !== null)
  if (!fits) return false
  if (line.type === 'checklist')
    return Array.isArray(line.points) && line.points.every((point) => has(point, 'key', 'zone', 'name'))
  return line.type !== 'heard' || has(line.signal, 'account', 'scheme', 'code', 'qualifier', 'raw')
}

function has(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === 'string')
}
