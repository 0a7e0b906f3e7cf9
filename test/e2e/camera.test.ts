/** Probing, showing, measuring and playing a camera with the real binary; nothing that it leaves behind holds the password. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {ProbeReport} from '../../src/model/probe.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {isInstalled, runTool} from '../support/media-tool.ts'

const home = newHome()
const CANARY = 'Canary-4711 & <"密码">'

async function camera(address: string, ...more: readonly string[]) {
  const file = join(home.folder, `password-${address}`)
  writeFileSync(file, `${CANARY}\n`, {mode: 0o600})
  const login = ['--user', 'admin', '--password-file', file]
  const ports = ['--address', address, '--http-port', '0', '--rtsp-port', '0']
  const running = start(home, ['sim', 'camera', ...ports, ...login, '--json', ...more])
  const {onvif} = JSON.parse(await running.line((line) => line.includes('onvif')))
  return {running, onvif, login}
}

function everythingIn(folder: string): string {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && !entry.name.startsWith('password-'))
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name)).toString('utf8')}`)
    .join('\n')
}

test('camera probe: levels, limits, evidence and JUnit', async () => {
  const {running, onvif, login} = await camera('127.24.0.1')
  const reach = await citywatch(home, ['camera', 'probe', onvif, '--level', 'reach', '--json'])
  expect([reach.exitCode, reach.json<{cameras: ProbeReport[]}>().cameras[0]?.verdict]).toEqual([0, 'answers'])
  const seen = join(home.folder, 'seen')
  const deep = ['--level', 'deep', '--measure', '500', '--limit', 'key-frame=0', '--evidence', seen, '-o', 'junit']
  const {exitCode, stdout} = await citywatch(home, ['camera', 'probe', onvif, ...login, ...deep])
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(
    /^<\?xml .*<testsuites name="citywatch camera probe" tests="6" failures="0" errors="0" skipped="0"/s,
  )
  expect(stdout).toContain('over-limit: key-frame')
  const evidence = everythingIn(seen)
  for (const name of ['report.json', 'stream.sdp', 'snapshot.jpg', 'key-frame.h264', '05-GetProfiles-answer.xml']) {
    expect(evidence).toContain(name)
  }
  expect(evidence).not.toMatch(/Canary|Authorization|UsernameToken/)
  await running.stop()
})

test.each([
  [['--level', 'reach', '--report'], '--report needs a verdict on the picture'],
  [['--watch', '5', '--json'], '--watch has no end'],
  [['--limit', 'speed=1'], 'METRIC=NUMBER'],
  [['--limit', 'jitter=1'], 'needs a deeper --level'],
])('camera probe %j is refused before anybody is asked', async (flags, words) => {
  const {exitCode, stderr} = await citywatch(home, ['camera', 'probe', '127.0.0.1:1', ...flags])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(words)
})

test('camera probe --watch: all at first, then what changed; --max-failures: no more after the first', async () => {
  const {running, onvif, login} = await camera('127.24.0.2')
  const watch = ['--level', 'identity', '--watch', '1', '--rounds', '3', '-o', 'jsonl']
  const watched = await citywatch(home, ['camera', 'probe', onvif, ...login, ...watch])
  expect(watched.stdout.split('\n')).toHaveLength(1)
  expect(watched.stderr.match(/1 camera: 1 answers/g)).toHaveLength(3)
  const dead = Array.from({length: 9}, (_, index) => `127.24.9.${index + 1}:1`)
  const few = ['--concurrency', '1', '--max-failures', '2', '-o', 'name']
  const ended = await citywatch(home, ['camera', 'probe', ...dead, ...few])
  expect(ended.exitCode).toBe(3)
  expect(ended.stdout.split('\n').length).toBeLessThan(9)
  expect(ended.stderr).toMatch(/\d more not asked/)
  await running.stop()
})

test('camera show, snapshot and media: what is told, and no password in it', async () => {
  const {running, onvif, login} = await camera('127.24.0.3')
  const xml = join(home.folder, 'xml')
  const show = await citywatch(home, ['camera', 'show', onvif, ...login, '--save-xml', xml])
  expect(show.stdout).toMatch(/firmware\s+1\.10\n/)
  expect(show.stdout).toMatch(/profile profile_2\s+SubStream H264 640×360/)
  const pictures = join(home.folder, 'pictures')
  const snapshot = await citywatch(home, ['camera', 'snapshot', onvif, ...login, '--dir', pictures, '--json'])
  const [taken] = snapshot.json<{cameras: {result: {file: string}}[]}>().cameras
  expect(readFileSync(taken?.result.file ?? '').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  const media = await citywatch(home, ['camera', 'media', onvif, ...login, '--measure', '500', '-o', 'csv'])
  expect(media.stdout.split('\n')).toHaveLength(3)
  expect([show.exitCode, snapshot.exitCode, media.exitCode]).toEqual([0, 0, 0])
  const all = [show, snapshot, media].map(({stdout, stderr}) => stdout + stderr).join('\n')
  expect(all + everythingIn(xml)).not.toContain('Canary')
  await running.stop()
})

test.skipIf(!isInstalled('ffprobe'))('camera play --relay: any player plays, and knows no password', async () => {
  const {running, onvif, login} = await camera('127.24.0.4')
  const playing = start(home, ['camera', 'play', onvif, ...login, '--relay'])
  const url = await playing.line((line) => line.startsWith('rtsp://127.0.0.1:'))
  const {stdout} = await runTool('ffprobe', [...['-v', 'error', '-rtsp_transport', 'tcp'], ...['-show_entries', 'stream=codec_name', '-of', 'csv=p=0'], url]) // biome-ignore format: one call
  expect(stdout.trim()).toBe('h264')
  expect(url).not.toContain('admin')
  await playing.stop()
  await running.stop()
})

test.skipIf(process.platform !== 'linux' || !isInstalled('ffplay'))(
  'camera play: nobody on this machine reads the password in the arguments of the player or of citywatch',
  async () => {
    const {running, onvif, login} = await camera('127.24.0.5')
    const player = {...home, env: {...home.env, SDL_VIDEODRIVER: 'dummy', SDL_AUDIODRIVER: 'dummy'}}
    const playing = start(player, ['camera', 'play', onvif, ...login, '--player', 'ffplay'])
    const url = (await playing.note((line) => line.startsWith('playing '))).slice('playing '.length)
    const commands = () => {
      const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      return all.map((pid) => ['cmdline', 'environ'].map((file) => readOr(`/proc/${pid}/${file}`)).join('\0'))
    }
    let found: string[] = []
    while (!found.some((text) => text.includes(url))) found = commands()
    for (const text of found) expect(text).not.toContain('Canary-4711')
    await playing.stop()
    await running.stop()
  },
)

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
