import {renderToString} from 'ink'
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import {widthOf} from '../../../src/tui/alarm-watch/cells.ts'
import {lookOf} from '../../../src/tui/alarm-watch/look.ts'
import {Lines} from '../../../src/tui/alarm-watch/view.tsx'
import {frame} from '../../../src/tui/panel-walk/frame.ts'
import type {State} from '../../../src/tui/panel-walk/state.ts'
import {NOON, pointOf, Tape} from '../../panel/walk/play.ts'
import {look, play, press, screen} from './play.ts'

/** What a terminal of the state's size would show. */
function drawn(state: State, how = look): string {
  const lines = <Lines lines={frame(state, how)} isColored={false} />
  return `${renderToString(lines, {columns: state.size.columns})}\n`
}

const POINTS = [
  pointOf('1/1', 'BA', 'Front door'),
  pointOf('1/2', '131', '中国工商银行解放大道第三支行金库入口红外探测器'),
  pointOf('1/3', 'FA', 'Smoke, kitchen'),
  pointOf('1/4', 'BA', 'Hall'),
  pointOf('2/1', 'PA', 'Panic button, desk'),
  pointOf('0/9', undefined, 'Garage'),
  {...pointOf('3/1', 'BA', 'Other tenant'), asked: false as const},
]

function busy(guard: 'platform' | 'none' = 'platform', minutes = 90): Tape {
  const tape = new Tape(POINTS, guard)
  const [by, reason] = [safeText('anna'), safeText('yearly service')]
  const window = {id: '7', from: NOON, until: NOON + minutes * 60_000, by, reason}
  if (guard === 'platform') tape.add({type: 'window', what: 'started', ...window})
  tape.hear('BA zone 1 partition 1').add({type: 'answered', n: 1, ackMs: 12}).hear('BA restore zone 1 partition 1')
  tape
    .hear('BA zone 2 partition 1')
    .hear('TA zone 4 partition 1')
    .hear('BA zone 8')
    .hear('RP')
    .hear('BA zone 1 partition 1', {seq: 1})
  tape.add({type: 'skip', key: '1234/2/1', by, text: safeText('bank is open')})
  tape.add({type: 'fail', key: '1234/0/9', by, text: safeText('magnet missing')})
  return tape.add({type: 'note', key: '1234/1/1', by, text: safeText('magnet loose')})
}

const at = (state: State, minutes: number) => play(state, {type: 'tick', now: NOON + minutes * 60_000})

describe('walk test: what is drawn', () => {
  const many = new Tape(
    Array.from({length: 1_000}, (_, index) => pointOf(`1/${index + 1}`, 'BA', `Detector ${index + 1}`)),
  )
  const cases: readonly [name: string, state: State][] = [
    ['80x24', screen(busy())],
    ['80x24-detail', press(screen(busy()), 'enter').state],
    ['80x24-heard', press(screen(busy()), 't').state],
    ['80x24-help', press(screen(busy()), '?').state],
    ['80x24-skip', press(screen(busy()), 'n', 's', '"no ladder').state],
    ['80x24-life-safety', press(screen(busy()), '/', '"smoke', 'enter', 's', '"kitchen locked', 'enter').state],
    ['80x24-expiring', at(screen(busy()), 85)],
    ['80x24-off-test', at(screen(busy()), 95)],
    ['80x24-own-receiver', screen(busy('none'), 80, 24, ['goes on where it was'])],
    ['80x24-line-lost', play(screen(busy()), {type: 'link', link: {link: 'lost', detail: safeText('ECONNREFUSED'), at: NOON}})],
    ['80x24-thousand', press(screen(many.hear('BA zone 500 partition 1')), 'n', 'page-down', 'page-down').state],
    ['120x30', press(screen(busy(), 120, 30), 'enter').state],
    ['40x10', screen(busy(), 40, 10)],
  ] // biome-ignore format: one case a line
  test.each(cases)('%s', async (name, state) => {
    await expect(drawn(state)).toMatchFileSnapshot(`../../golden/panel-walk-${name}.txt`)
  })

  test('in ASCII where the locale is not UTF-8', async () => {
    const ascii = {...look, marks: lookOf({LANG: 'C'}).marks}
    const own = new Tape([pointOf('1/1', 'BA', 'Front door')]).hear('BA zone 1 partition 1')
    const text = drawn(press(screen(own), 'enter').state, ascii)
    await expect(text).toMatchFileSnapshot('../../golden/panel-walk-80x24-ascii.txt')
    expect(text).toMatch(/^[\x20-\x7e\n]*$/)
  })

  test.each([
    [80, 24],
    [120, 40],
    [40, 10],
    [41, 7],
    [200, 54],
    [20, 3],
  ])('every line has the width of the terminal: %i×%i', (columns, rows) => {
    for (const keys of [[], ['enter'], ['?'], ['t'], ['s', '"x']]) {
      const lines = frame(press(screen(busy(), columns, rows), ...keys).state, look)
      expect(lines.length).toBeLessThanOrEqual(rows)
      expect(new Set(lines.map((line) => widthOf(line.map(({text}) => text).join(''))))).toEqual(new Set([columns]))
    }
  })

  test('names from outside stay in their row and forge none', () => {
    const hostile = ['\u001B[2J passed', 'x\n▶  passed   1/1', '\u202Eforged', '👩‍👩‍👧‍👦 ⚠️', 'a'.repeat(5_000)]
    for (const raw of hostile) {
      const state = press(screen(new Tape([pointOf('1/1', 'BA', raw)])), 'enter').state
      const lines = drawn(state).trimEnd().split('\n')
      expect(lines.length).toBeLessThanOrEqual(24)
      expect(lines.filter((line) => line.startsWith('▶'))).toHaveLength(1)
      expect(drawn(state)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
    }
  })
})

describe('walk test: keys', () => {
  const decisions = (state: State, ...keys: string[]) => press(state, ...keys).effects

  test('a skip without a reason is none', () => {
    expect(decisions(screen(busy()), 'n', 's', 'enter')).toEqual([])
    expect(decisions(screen(busy()), 'n', 's', '"   ', 'enter')).toEqual([])
    expect(decisions(screen(busy()), 'n', 's', '"no ladder', 'escape')).toEqual([])
    expect(decisions(screen(busy()), 'n', 's', '"no laddex', 'backspace', '"r', 'enter')).toEqual([
      {type: 'decide', what: 'skip', key: '1234/1/2', text: 'no ladder'},
    ])
  })

  test('life safety is asked for once more, and only y skips it', () => {
    const smoke = press(screen(busy()), '/', '"smoke', 'enter', 'g', 's', '"locked', 'enter').state
    expect(smoke.mode).toMatchObject({type: 'confirm-skip'})
    expect(decisions(smoke, 'enter')).toEqual([])
    expect(decisions(smoke, 'y')).toEqual([{type: 'decide', what: 'skip', key: '1234/1/3', text: 'locked'}])
  })

  test('no filter hides life safety', () => {
    const {order} = press(screen(busy()), '/', '"front').state
    expect(order).toEqual(['1234/1/1', '1234/1/3', '1234/2/1'])
  })

  test('what has passed is not skipped, and testing it again is asked', () => {
    expect(press(screen(busy()), 's').state.mode).toEqual({type: 'list'})
    expect(decisions(screen(busy()), 'A', 'x')).toEqual([])
    expect(decisions(screen(busy()), 'A', 'y')).toEqual([{type: 'decide', what: 'again', key: '1234/1/1', text: ''}])
  })

  test('leaving is asked while points are open, and not when all are settled', () => {
    expect(decisions(screen(busy()), 'q')).toEqual([])
    expect(decisions(screen(busy()), 'q', 'y')).toEqual([{type: 'quit'}])
    const done = new Tape([pointOf('1/1', 'BA')]).hear('BA zone 1 partition 1').hear('BA restore zone 1 partition 1')
    expect(decisions(screen(done), 'q')).toEqual([{type: 'quit'}])
    expect(decisions(screen(busy()), 's', 'ctrl-c')).toEqual([{type: 'interrupt'}])
  })

  test('there is nothing to extend where this machine is the receiver', () => {
    expect(decisions(screen(busy('none')), 'x')).toEqual([])
    expect(decisions(screen(busy()), 'x')).toEqual([{type: 'extend'}])
  })

  test('the cursor follows the ticks until it is moved', () => {
    const tape = busy()
    const ticked = (state: State) => play(state, {type: 'walk', walk: tape.state, ticked: '1234/1/4'}).selected
    expect([ticked(screen(tape)), ticked(press(screen(tape), 'down').state)]).toEqual(['1234/1/4', '1234/1/2'])
    expect(ticked(press(screen(tape), 'down', 'f').state)).toBe('1234/1/4')
  })
})
