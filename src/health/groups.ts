/** The same score for parts of the city: by jurisdiction (a tree), industry, tier or maker. Counts add from part to whole. */
import type {CameraBook, Cells} from './book.ts'
import {type Score, scoreOf, sumOf} from './score.ts'
import {order, type Tally} from './tally.ts'
import {tierOf} from './tiers.ts'

export const DIMENSIONS = ['jurisdiction', 'industry', 'tier', 'maker'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export interface Group {
  /** Path of the jurisdiction, or the industry, tier, maker; '' where nobody said. */
  readonly name: string
  /** Steps below the top; 0 for everything that is no tree. */
  readonly depth: number
  readonly cells: Cells
  readonly score: Score
  /** Next level down. A jurisdiction's own cameras that lie in no part of it are a child of the same name. */
  readonly children: readonly Group[]
}

/** In the order of their names. Every camera is in exactly one. */
export function groupsOf(tally: Pick<Tally, 'books' | 'profile' | 'period'>, dimension: Dimension): readonly Group[] {
  const byName = Map.groupBy(tally.books, (book) => nameIn(book, dimension))
  if (dimension === 'jurisdiction') return branches(tally, byName, '', 0)
  return [...byName]
    .sort(([one], [other]) => order(one, other))
    .map(([name, books]) => ({name, depth: 0, ...scored(books, tally), children: []}))
}

/** Parents before their children. */
export function flattened(groups: readonly Group[]): readonly Group[] {
  return groups.flatMap((group) => [group, ...flattened(group.children)])
}

function nameIn({facts}: CameraBook, dimension: Dimension): string {
  if (dimension === 'tier') return tierOf(facts)
  return facts[dimension] ?? ''
}

type ByPath = ReadonlyMap<string, readonly CameraBook[]>

function branches(tally: Pick<Tally, 'profile' | 'period'>, byPath: ByPath, prefix: string, depth: number): Group[] {
  const under = Map.groupBy(byPath, ([path]) => path.split('.')[depth] ?? '')
  return [...under]
    .sort(([one], [other]) => order(one, other))
    .map(([code, entries]) => {
      const name = code === '' ? prefix : [...(prefix === '' ? [] : [prefix]), code].join('.')
      const books = entries.flatMap(([, own]) => own)
      const deeper = entries.some(([path]) => path.split('.').length > depth + 1)
      const children = code !== '' && deeper ? branches(tally, new Map(entries), name, depth + 1) : []
      return {name, depth, ...scored(books, tally), children}
    })
}

function scored(books: readonly CameraBook[], {profile, period}: Pick<Tally, 'profile' | 'period'>) {
  const cells = sumOf(books, period)
  return {cells, score: scoreOf(cells, books.length, profile)}
}
