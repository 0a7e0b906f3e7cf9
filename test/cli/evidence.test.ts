import {execFileSync} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, statSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {probeCamera} from '../../src/camera/probe.ts'
import {EvidenceFolder, evidenceIn, folderName} from '../../src/cli/evidence.ts'
import {FAULTS, type FaultName} from '../../src/sim/faults.ts'
import {realClock} from '../support/clock.ts'
import {isInstalled} from '../support/media-tool.ts'
import {keyOf} from '../support/onvif-cameras.ts'
import {probeFleetOf, probeOptions, targetsOf} from '../support/probe.ts'
import {tempFolder} from '../support/temp-folder.ts'

function filesIn(root: string): string[] {
  return readdirSync(root, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

const baseNames = (files: readonly string[]) => files.map((file) => file.split('/').at(-1))

test.each(['token', 'digest', 'both'] as const)(
  'evidence of a camera that takes %s logins: XML, SDP, snapshot and key frame, and no login',
  async (kind) => {
    const root = tempFolder()
    const [target] = targetsOf(await probeFleetOf({key: keyOf(kind)}))
    const {report} = await probeCamera(target!, probeOptions({evidence: evidenceIn(root, realClock)}))
    expect(report.verdict).toBe('healthy')
    const files = filesIn(join(root, report.evidence ?? ''))
    expect(baseNames(files)).toEqual([
      '01-GetSystemDateAndTime-answer.xml',
      '01-GetSystemDateAndTime-request.xml',
      '02-GetDeviceInformation-answer.xml',
      '02-GetDeviceInformation-request.xml',
      '03-GetDeviceInformation-answer.xml',
      '03-GetDeviceInformation-request.xml',
      '04-GetServices-answer.xml',
      '04-GetServices-request.xml',
      '05-GetProfiles-answer.xml',
      '05-GetProfiles-request.xml',
      '06-GetStreamUri-answer.xml',
      '06-GetStreamUri-request.xml',
      '07-GetSnapshotUri-answer.xml',
      '07-GetSnapshotUri-request.xml',
      '08-GET-answer.txt',
      'exchanges.jsonl',
      'key-frame.h264',
      'snapshot.jpg',
      'stream.sdp',
    ])
    for (const file of files) {
      expect(readFileSync(file).toString('latin1')).not.toMatch(/Authorization|UsernameToken|PasswordDigest|Canary-77/i)
      expect(statSync(file).mode & 0o077).toBe(0)
    }
  },
)

test('evidence of every sickness holds no password', async () => {
  const root = tempFolder()
  const faults = (Object.keys(FAULTS) as FaultName[]).filter((name) => name !== 'dead')
  const fleet = await probeFleetOf(...faults.map((fault) => ({fault})))
  const options = probeOptions({evidence: evidenceIn(root, realClock), timeoutMs: 2_000})
  await Promise.all(targetsOf(fleet).map((target) => probeCamera(target, options)))
  const files = filesIn(root)
  expect(files.length).toBeGreaterThan(faults.length)
  for (const file of files) {
    expect(`${file} ${readFileSync(file).toString('utf8')}`).not.toMatch(/Canary-77|UsernameToken/)
  }
}, 30_000)

test.skipIf(!isInstalled('ffprobe'))('evidence: ffprobe reads the snapshot and the key frame', async () => {
  const root = tempFolder()
  const [target] = targetsOf(await probeFleetOf({width: 704, height: 576}))
  const {report} = await probeCamera(target!, probeOptions({evidence: evidenceIn(root, realClock)}))
  const size = (name: string) =>
    execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', join(root, report.evidence ?? '', name)], {encoding: 'utf8'}).trim() // biome-ignore format: one call
  expect([size('snapshot.jpg'), size('key-frame.h264')]).toEqual(['mjpeg,704,576', 'h264,704,576'])
})

test('evidence: names of folders are plain, stay below the root, and differ where keys do', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), fc.string({unit: 'binary'}), (one, other) => {
      expect(folderName(one)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,39}-[0-9a-f]{8}$/)
      if (one !== other) expect(folderName(one)).not.toBe(folderName(other))
    }),
  )
  for (const nasty of ['../../etc', '..', 'admin:Canary@10.0.0.5', 'http://a:Canary@h/', 'CON', '']) {
    expect(folderName(nasty)).not.toMatch(/Canary|^\.|\/|admin/)
  }
})

test('evidence: what a hostile camera sends is cut, and ends at a bound', () => {
  const root = tempFolder()
  const folder = new EvidenceFolder(root, 'camera')
  const exchange = {operation: 'GetServices', path: '/', login: 'none', request: '<r/>', durationMs: 1} as const
  for (let index = 0; index < 100; index++) {
    folder.exchanged({...exchange, status: 200, contentType: 'text/xml', answer: Buffer.alloc(8 * 1024 * 1024, 0x20)})
  }
  const files = filesIn(root)
  expect(baseNames(files)).toContain('01-GetServices-answer-cut.xml')
  expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThanOrEqual(16 * 1024 * 1024)
})

test('evidence: a link that lies in the way is not followed', () => {
  const root = tempFolder()
  const elsewhere = join(tempFolder(), 'target')
  mkdirSync(join(root, 'camera'))
  symlinkSync(elsewhere, join(root, 'camera', 'stream.sdp'))
  expect(() => new EvidenceFolder(root, 'camera').described(Buffer.from('v=0'))).toThrow(/CW_IO/)
})
