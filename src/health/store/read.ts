/** Reads stored observations day by day; a line that cannot be read is counted, never guessed at. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type Observation, parseObservation} from '../observation.ts'
import {dayFiles} from './days.ts'
import {bytesOf, lines} from './lines.ts'

export interface StoredDay {
  readonly observations: readonly Observation[]
  /** Lines torn by a kill or written by somebody else. */
  readonly unreadable: number
}

/** Days that touch the period, oldest first, whole. Throws CW_IO, CW_TOO_LARGE. */
export async function* storedDays(
  folder: string,
  {from, to}: {readonly from: number; readonly to: number},
): AsyncGenerator<StoredDay> {
  for (const day of await dayFiles(folder)) {
    if (day.from + 86_400_000 <= from || day.from >= to) continue
    yield await readDay(day.path, day.from)
  }
}

async function readDay(path: string, from: number): Promise<StoredDay> {
  const observations: Observation[] = []
  let unreadable = 0
  for await (const line of lines(path, bytesOf(path))) {
    const observation = line === undefined ? undefined : observationOf(line)
    // A line in the wrong day would be counted out of order.
    if (observation && observation.at >= from && observation.at < from + 86_400_000) observations.push(observation)
    else unreadable += 1
  }
  return {observations, unreadable}
}

/** Undefined for a line that is none. */
function observationOf(line: string): Observation | undefined {
  try {
    return parseObservation(JSON.parse(line))
  } catch (error) {
    if (error instanceof SyntaxError || isCitywatchError(error, 'CW_BAD_VALUE')) return undefined
    throw error
  }
}
