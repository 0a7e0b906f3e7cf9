/** The whole screen in a terminal: a real record, a real platform, real keys. */
import {join} from 'node:path'
import {describe, expect, onTestFinished, test} from 'vitest'
import {platformOnTest} from '../../../src/cli/walk-on-test.ts'
import {platformSource} from '../../../src/cli/walk-platform.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import {RecordFile} from '../../../src/panel/record/file.ts'
import {reportOf} from '../../../src/panel/walk/report.ts'
import {Walk} from '../../../src/panel/walk/walk.ts'
import {walkScreen} from '../../../src/tui/panel-walk/run.tsx'
import {ACCOUNT, pointOf} from '../../panel/walk/play.ts'
import {realClock} from '../../support/clock.ts'
import {testPlatformWithPanel} from '../../support/platform.ts'
import {signalOf} from '../../support/signals.ts'
import {tempFolder} from '../../support/temp-folder.ts'
import {Terminal} from '../../support/terminal.ts'
import {until} from '../../support/wait.ts'

const POINTS = [pointOf('1/3', 'BA', 'Front door'), pointOf('1/4', 'FA', 'Smoke')]
const ENTER = '\u001B[?1049h'
const LEAVE = '\u001B[?1049l'

async function walking() {
  const {platform, client} = await testPlatformWithPanel()
  const record = await RecordFile.open(join(tempFolder(), 'walk.jsonl'), {fresh: false, now: Date.now()})
  const {walk} = await Walk.begin({
    account: ACCOUNT,
    points: POINTS,
    checklist: safeText('inventory'),
    by: safeText('anna'),
    tool: '0.1.0',
    record,
    source: await platformSource(client, ACCOUNT, realClock),
    onTest: {
      service: platformOnTest(client, realClock, {note: async () => undefined}),
      reason: safeText('service'),
      forMs: 3_600_000,
    },
    clock: realClock,
  })
  const terminal = new Terminal(100, 20)
  const stop = new AbortController()
  const status = process.exitCode
  const done = walkScreen({walk, signal: stop.signal, terminal, ascii: true, bell: true, news: []})
  onTestFinished(async () => {
    stop.abort()
    await done
    await walk.end('stopped')
    process.exitCode = status
  })
  const sees = (text: string) => until(() => terminal.written.includes(text))
  const hear = (code: string, zone: string, qualifier: 'new' | 'restore') =>
    platform.accept(signalOf({code, zone, partition: '1', qualifier}))
  return {client, walk, terminal, stop, done, sees, hear, press: (keys: string) => terminal.press(keys)}
}

function expectRestored({written, isRaw}: Terminal): void {
  expect([written.split(ENTER).length, written.split(LEAVE).length, isRaw]).toEqual([2, 2, false])
}

describe('walk test in a terminal', () => {
  test('ticks off what the platform hears, rings the bell, and skips life safety with a reason and a y', async () => {
    const {walk, client, terminal, done, sees, hear, press} = await walking()
    await sees('ON TEST')
    await hear('BA', '3', 'new')
    await sees('RESTORE?')
    await hear('BR', '3', 'restore')
    await sees('1/2 passed')
    expect(terminal.written).toContain('\u0007')
    for (const key of ['G', 's', 'l', 'o', 'c', 'k', 'e', 'd', '\r']) press(key)
    await sees('LIFE SAFETY')
    press('y')
    await sees('ALL SETTLED')
    press('q')
    expect(await done).toBe('finished')
    expectRestored(terminal)
    expect((await client.onTest({account: ACCOUNT})).windows).toHaveLength(1)
    await walk.end('finished')
    expect((await client.onTest({account: ACCOUNT})).windows).toEqual([])
    expect(reportOf(walk.state())).toMatchObject({verdict: 'fail', counts: {passed: 1, skipped: 1, faults: 0}})
  })

  test('x moves the end of the window on', async () => {
    const {client, sees, press} = await walking()
    await sees('ON TEST')
    press('x')
    await until(async () => (await client.onTest({account: ACCOUNT})).windows[0]?.version === 2)
  })

  test('leaves the terminal as it was on Ctrl-C (130) and when it is told to stop', async () => {
    for (const end of ['\u0003', 'stop']) {
      process.exitCode = undefined
      const {terminal, stop, done, sees, press} = await walking()
      await sees('ON TEST')
      if (end === 'stop') stop.abort()
      else press(end)
      expect(await done).toBe('stopped')
      expectRestored(terminal)
      expect(process.exitCode).toBe(end === 'stop' ? undefined : 130)
    }
  })
})
