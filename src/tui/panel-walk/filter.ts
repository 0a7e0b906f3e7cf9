/** Which points the list shows: words of their name, number, code or state. Life safety always shows. */
import {type PointState, resultOf} from '../../panel/walk/state.ts'
import {RESULT_WORDS} from './words.ts'

/** Words all have to fit; `!word` must not. Case does not matter. */
export function isShown(point: PointState, filter: string): boolean {
  if (point.isPanic) return true
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
  if (words.length === 0) return true
  const {key, name, partition = '0', zone, code = ''} = point.point
  const text =
    `${key} ${name} ${partition}/${zone} ${code} ${RESULT_WORDS[resultOf(point)]} ${resultOf(point)}`.toLowerCase()
  return words.every((word) => (word.startsWith('!') ? !text.includes(word.slice(1)) : text.includes(word)))
}
