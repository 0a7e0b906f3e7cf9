/** Where this machine keeps its observations, and what is read from there for a score. */
import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import * as Flags from '@oclif/core/flags'
import {DAY_MS, type Period} from '../health/book.ts'
import {SeriesBook} from '../health/forecast/series.ts'
import {type Observation, TIERS} from '../health/observation.ts'
import {type Profile, parseProfile} from '../health/profile.ts'
import {builtinProfile, PROFILE_NAMES} from '../health/profiles.ts'
import {dayFiles} from '../health/store/days.ts'
import {storedDays} from '../health/store/read.ts'
import {type Tally, Tallying} from '../health/tally.ts'
import {CitywatchError} from '../lib/errors.ts'
import {isWithin} from '../model/jurisdiction.ts'
import {stateFolder} from './paths.ts'
import {momentOf} from './time-flag.ts'

const MAX_PROFILE_BYTES = 1024 * 1024

export const observationsFlag = {
  observations: Flags.string({
    description: "folder of the stored observations (this user's state folder)",
    helpValue: 'DIR',
    helpGroup: 'OBSERVATIONS',
  }),
}

/** The same, with the series that trends are looked for in. */
export async function countedWithSeries(
  choice: ScoreChoice,
  now: number,
): Promise<Counted & {readonly series: SeriesBook}> {
  const series = new SeriesBook()
  const tally = await counted(choice, now, (observation) => series.add(observation))
  return {...tally, series}
}

/** Which observations a score is made of, and by which rules. */
export const scoreFlags = (since: string) => ({
  profile: Flags.string({
    default: 'generic',
    description: `weights, limits and thresholds: ${PROFILE_NAMES.join(', ')} or a file`,
    helpValue: 'NAME|FILE',
  }),
  since: Flags.string({default: since, description: 'from when on: 24h, 30d, 2026-03-01', helpValue: 'TIME'}),
  until: Flags.string({description: 'up to when; now where absent', helpValue: 'TIME'}),
  jurisdiction: Flags.string({description: 'only this part of the city', helpValue: 'PATH'}),
  tier: Flags.option({options: TIERS, description: 'only this tier'})(),
  ...observationsFlag,
})

export interface ScoreChoice {
  readonly profile: string
  readonly since: string
  readonly until?: string | undefined
  readonly jurisdiction?: string | undefined
  readonly tier?: Observation['tier']
  readonly observations?: string | undefined
}

export interface Counted extends Tally {
  /** Lines that could not be read and were left out. */
  readonly unreadable: number
}

export function observationsFolder({observations}: {readonly observations?: string | undefined}): string {
  return observations ?? join(stateFolder(), 'health', 'observations')
}

/**
 * Everything stored in the period, counted. The period begins no earlier than the first stored day: nobody owes what came
 * before. `watch` sees each one that counts, in the order of time. Throws CW_BAD_VALUE, CW_IO, CW_FILE_NOT_FOUND.
 */
export async function counted(
  choice: ScoreChoice,
  now: number,
  watch?: (observation: Observation) => void,
): Promise<Counted> {
  const profile = await profileNamed(choice.profile)
  const folder = observationsFolder(choice)
  const period = await within(folder, choice, now)
  const tallying = new Tallying(profile, period, watch)
  let unreadable = 0
  for await (const day of storedDays(folder, period)) {
    unreadable += day.unreadable
    tallying.add(day.observations.filter((one) => isChosen(one, choice)))
  }
  return {...tallying.close(), unreadable}
}

export function isChosen(
  {jurisdiction, tier}: Observation,
  choice: Pick<ScoreChoice, 'jurisdiction' | 'tier'>,
): boolean {
  return isWithin(jurisdiction, choice.jurisdiction ?? '') && (choice.tier === undefined || tier === choice.tier)
}

/** A name, or a file where it looks like one. Throws CW_BAD_VALUE, CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE. */
export async function profileNamed(name: string): Promise<Profile> {
  if (!/[./\\]/.test(name)) return builtinProfile(name)
  try {
    if ((await stat(name)).size > MAX_PROFILE_BYTES)
      throw new CitywatchError('CW_TOO_LARGE', {path: name, what: 'bytes', limit: MAX_PROFILE_BYTES})
    return parseProfile(JSON.parse(await readFile(name, 'utf8')))
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    if (cause instanceof SyntaxError)
      throw new CitywatchError('CW_BAD_VALUE', {field: '--profile', value: name, expected: 'a file of JSON'}, {cause})
    const {code = 'unreadable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path: name}, {cause})
    throw new CitywatchError('CW_IO', {path: name, detail: code}, {cause})
  }
}

/** A day longer than ten years would be a mistake, and a long list. */
const MAX_DAYS = 3_660

export async function within(folder: string, {since, until}: ScoreChoice, now: number): Promise<Period> {
  const to = until === undefined ? now : momentOf('--until', until, now, -1)
  const asked = momentOf('--since', since, now, -1)
  const [first] = await dayFiles(folder)
  const from = Math.max(asked, Math.min(first?.from ?? asked, to))
  if (from >= to && asked >= to)
    throw new CitywatchError('CW_BAD_VALUE', {field: '--since', value: since, expected: 'a time before --until'})
  if (to - from > MAX_DAYS * DAY_MS)
    throw new CitywatchError('CW_BAD_VALUE', {field: '--since', value: since, expected: `at most ${MAX_DAYS} days`})
  return {from, to}
}
