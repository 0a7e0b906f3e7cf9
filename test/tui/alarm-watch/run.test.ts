/** The whole monitor in a terminal, against a real platform. */
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import {PlatformClient} from '../../../src/platform/client.ts'
import {watchAlarms} from '../../../src/tui/alarm-watch/run.tsx'
import {realClock} from '../../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../../support/platform.ts'
import {signalOf} from '../../support/signals.ts'
import {Terminal} from '../../support/terminal.ts'
import {until} from '../../support/wait.ts'

const ENTER = '\u001B[?1049h'
const LEAVE = '\u001B[?1049l'
const SHOW_CURSOR = '\u001B[?25h'

/** Opens the monitor; it is closed with the test at the latest. */
function watching(client: PlatformClient, terminal = new Terminal(100, 20)) {
  const stop = new AbortController()
  const status = process.exitCode
  const done = watchAlarms({
    feed: client,
    clock: realClock,
    by: safeText('anna'),
    signal: stop.signal,
    terminal,
    ascii: true,
  })
  onTestFinished(async () => {
    stop.abort()
    await done
    process.exitCode = status
  })
  const sees = (text: string) => until(() => terminal.written.includes(text))
  return {terminal, stop, done, sees, press: (keys: string) => terminal.press(keys)}
}

function expectRestored({written, isRaw}: Terminal): void {
  expect([written.split(ENTER).length, written.split(LEAVE).length, isRaw]).toEqual([2, 2, false])
  expect(written.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(written.lastIndexOf('\u001B[?25l'))
  expect(written.lastIndexOf('\u001B[?2004l')).toBeGreaterThan(written.lastIndexOf('\u001B[?2004h'))
}

describe('alarm monitor in a terminal', () => {
  test('shows what is open and what comes, and acknowledges for all', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const {sees, press, terminal, done} = watching(client)
    await sees('LIVE')
    await sees('Harbour Street 4')
    await platform.accept(signalOf({code: 'PA', zone: '1'}))
    await sees('!!P1 NEW')
    press('j')
    press('a')
    await until(async () => (await client.alarm(1))?.handling === 'acked')
    await sees('acked  ')
    expect(await client.alarm(1)).toMatchObject({ackedBy: 'anna', ackedVersion: 1})
    press('q')
    await done
    expectRestored(terminal)
  })

  test('opens at once while the platform is down, and shows the alarms when it is back', async () => {
    const down = await testPlatformWithPanel()
    const {url} = down.client
    await down.platform.accept(signalOf())
    await down.platform.close()
    const {sees, press, done} = watching(new PlatformClient({url}))
    await sees('OFFLINE never heard  alarms unknown')
    await testPlatform({dataFolder: down.folder, httpPort: Number(new URL(url).port)})
    press('r')
    await sees('Harbour Street 4')
    press('q')
    await done
  })

  test('an acknowledgement given while the line is down is sent when it is back', async () => {
    const {platform, client, folder} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const {sees, press, done} = watching(client)
    await sees('LIVE')
    await platform.close()
    await sees('line lost')
    press('a')
    await sees('1 on the way to the platform')
    const back = await testPlatform({dataFolder: folder, httpPort: Number(new URL(client.url).port)})
    press('r')
    await until(async () => (await back.client.alarm(1))?.handling === 'acked')
    press('q')
    await done
  })

  test('leaves the terminal as it was on q, on Ctrl-C (130) and when it is told to stop', async () => {
    const {client} = await testPlatformWithPanel()
    for (const [end, status] of [
      ['q', undefined],
      ['\u0003', 130],
      ['stop', undefined],
    ] as const) {
      process.exitCode = undefined
      const {sees, press, terminal, stop, done} = watching(client)
      await sees('LIVE')
      if (end === 'stop') stop.abort()
      else press(end)
      await done
      expectRestored(terminal)
      expect(process.exitCode).toBe(status)
    }
  })

  test('draws for the new size when the window changes', async () => {
    const {client} = await testPlatformWithPanel()
    const {sees, press, terminal, done} = watching(client)
    await sees('LIVE')
    terminal.written = ''
    terminal.resize(140, 30)
    await sees('AREA')
    press('q')
    await done
  })

  test('listens to nothing once it is closed', async () => {
    const {client} = await testPlatformWithPanel()
    const before = process.listenerCount('SIGCONT')
    const {sees, press, done, terminal} = watching(client)
    await sees('LIVE')
    press('q')
    await done
    expect([
      process.listenerCount('SIGCONT'),
      terminal.stdout.listenerCount('resize'),
      terminal.stdin.listenerCount('readable'),
    ]).toEqual([before, 0, 0])
  })
})
