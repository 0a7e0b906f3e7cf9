/** Plays a walk test as a panel, a platform and a tester would, and gives the lines of its record. */
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Signal} from '../../../src/model/signal.ts'
import {parseEvent} from '../../../src/panel/event.ts'
import {advance} from '../../../src/panel/walk/advance.ts'
import type {WalkLine, WalkPoint} from '../../../src/panel/walk/lines.ts'
import {newWalk, type PointState, resultOf, type WalkState} from '../../../src/panel/walk/state.ts'

export const NOON = Date.UTC(2026, 2, 1, 12)
export const ACCOUNT = '1234'

export function pointOf(place: string, code?: string, name = `Zone ${place}`): WalkPoint {
  const [partition = '0', zone = ''] = place.split('/')
  return {
    key: `${ACCOUNT}/${place}`,
    name: safeText(name),
    ...(partition === '0' ? {} : {partition}),
    zone,
    ...(code === undefined ? {} : {code}),
  }
}

/** The record of a walk: lines with times one second apart, and the state after them. */
export class Tape {
  readonly lines: WalkLine[] = []
  state: WalkState = newWalk(ACCOUNT)
  /** Seconds since noon. */
  second = 0
  #n = 0
  #seq = 0

  constructor(points: readonly WalkPoint[], guard: 'platform' | 'none' = 'none') {
    const by = safeText('anna')
    this.add({type: 'run', test: 'walk', by, tool: '0.1.0', receiver: '127.0.0.1:8031', key: null, guard})
    this.add({type: 'checklist', source: safeText('zones.csv'), points})
  }

  add(line: Part<WalkLine, 'at' | 'account'>, second = this.second++): this {
    const whole = {...line, at: NOON + second * 1_000, account: ACCOUNT}
    this.lines.push(whole)
    this.state = advance(this.state, whole)
    return this
  }

  /** Events as `panel send` takes them; `seq` repeats a message. */
  hear(text: string, changes: Partial<Signal> & {readonly seq?: number} = {}): this {
    const {seq = ++this.#seq, ...rest} = changes
    for (const signal of parseEvent(text).signals) {
      const whole: Signal = {...signal, account: ACCOUNT, raw: safeText(text), ...rest}
      this.add({type: 'heard', n: ++this.#n, signal: whole, seq, token: 'SIA-DCS'})
    }
    return this
  }

  point(place: string): PointState {
    const point = this.state.points.get(`${ACCOUNT}/${place}`)
    if (!point) throw new Error(`no point ${place}`)
    return point
  }

  result(place: string): string {
    return resultOf(this.point(place))
  }

  /** Kinds of what was listed, oldest first. */
  get listed(): string[] {
    const kinds: string[] = []
    for (let at = this.state.listed.last; at; at = at.before.last) kinds.unshift(at.item.kind)
    return kinds
  }
}

type Part<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
