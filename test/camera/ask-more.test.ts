import {expect, onTestFinished, test} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {overlayTexts, recordedDays} from '../../src/camera/onvif/told.ts'
import {probeCamera} from '../../src/camera/probe.ts'
import {observe} from '../../src/health/observe.ts'
import {parseXml} from '../../src/protocol/soap/parse-xml.ts'
import type {CameraSpec} from '../../src/sim/camera/camera.ts'
import {startFleet} from '../../src/sim/camera/fleet.ts'
import {realClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'
import {TEST_CREDENTIAL} from '../support/sim-camera.ts'

async function probed(more: Partial<CameraSpec>, askMore = true) {
  const spec = {
    key: 'C1',
    name: 'Gate',
    address: '127.23.7.1',
    httpPort: 0,
    rtspPort: 0,
    credential: TEST_CREDENTIAL,
    ...more,
  }
  const fleet = await startFleet([spec], {clock: realClock})
  onTestFinished(() => fleet.close())
  const [camera] = fleet.cameras
  const {report} = await probeCamera(
    {key: 'C1', xaddr: camera?.xaddr ?? '', credential: TEST_CREDENTIAL},
    {
      timeoutMs: 20_000,
      maxSkewMs: 30_000,
      warnSkewMs: 5_000,
      transport: 'auto',
      keepBytes: 0,
      askMore,
      ledger: countingLedger(),
      gate: loginGate(realClock),
      clock: realClock,
    },
  )
  return report
}

test('a camera that tells its overlay and its recordings: both are in the report and the observation', async () => {
  const report = await probed({overlay: '东门 <1>', recordedDays: 31})
  expect(report).toMatchObject({verdict: 'healthy', osd: ['东门 <1>'], retentionDays: 31})
  expect(observe(report)).toMatchObject({osd: ['东门 <1>'], retentionDays: 31})
})

test('a camera that tells neither is healthy all the same, and nothing is made up', async () => {
  const report = await probed({})
  expect([report.verdict, report.osd, report.retentionDays]).toEqual(['healthy', undefined, undefined])
})

test('nobody is asked who need not be', async () => {
  const report = await probed({overlay: 'Gate', recordedDays: 3}, false)
  expect([report.osd, report.retentionDays]).toEqual([undefined, undefined])
})

test.each([
  ['none', '<NumberRecordings>0</NumberRecordings>', 0],
  [
    'a zone on one end only',
    '<DataFrom>2026-07-01T00:00:00</DataFrom><DataUntil>2026-07-31T12:00:00Z</DataUntil>',
    30.5,
  ],
  [
    'the end before the start',
    '<DataFrom>2026-07-02T00:00:00Z</DataFrom><DataUntil>2026-07-01T00:00:00Z</DataUntil>',
    undefined,
  ],
  ['no times', '<DataFrom>soon</DataFrom><DataUntil/>', undefined],
])('recordings: %s', (_what, inside, days) => {
  expect(recordedDays(parseXml(Buffer.from(`<R><Summary>${inside}</Summary></R>`)))).toBe(days)
})

test('overlay: no more lines than are read, each safe and bounded', () => {
  const osd = `<OSDs><TextString><PlainText>x\u202E${'y'.repeat(500)}</PlainText></TextString></OSDs>`
  const texts = overlayTexts(parseXml(Buffer.from(`<R>${osd.repeat(40)}</R>`)))
  expect([texts.length, Math.max(...texts.map((text) => text.length)), texts[0]?.startsWith('xy')]).toEqual([
    16,
    128,
    true,
  ])
})
