import {execFileSync, spawnSync} from 'node:child_process'
import {cpSync, existsSync, globSync, readFileSync, symlinkSync} from 'node:fs'
import {delimiter, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {describe, expect, test} from 'vitest'
import {citywatch, newHome} from '../support/cli.ts'
import {tempFolder} from '../support/temp-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const home = newHome()
const manifest: {commands: Record<string, {id: string; examples?: string[]}>} = JSON.parse(
  readFileSync(join(root, 'oclif.manifest.json'), 'utf8'),
)
/** `help --help` shows the overview, as in git. */
const commandIds = Object.keys(manifest.commands).filter((id) => id !== 'help')

test('--version says name, version, platform and runtime', async () => {
  const {stdout, exitCode} = await citywatch(home, ['--version'])
  expect(stdout).toMatch(/^citywatch\/\d+\.\d+\.\d+ \w+-\w+ node-v\d+\.\d+\.\d+$/)
  expect(exitCode).toBe(0)
})

test('no arguments: help on standard output, exit 0', async () => {
  const {stdout, stderr, exitCode} = await citywatch(home, [])
  expect({exitCode, stderr}).toEqual({exitCode: 0, stderr: ''})
  for (const topic of ['alarm', 'camera', 'panel', 'platform', 'sim', 'site']) expect(stdout).toContain(topic)
})

test.each(commandIds.map((id) => [id.replaceAll(':', ' ')]))(
  'help of %s: exit 0, with examples before flags',
  async (id) => {
    const {stdout, exitCode} = await citywatch(home, [...id.split(' '), '--help'])
    expect(exitCode).toBe(0)
    expect(stdout.indexOf('EXAMPLES')).toBeGreaterThan(0)
    expect(stdout.indexOf('EXAMPLES')).toBeLessThan(
      stdout.indexOf('\nFLAGS') === -1 ? Number.POSITIVE_INFINITY : stdout.indexOf('\nFLAGS'),
    )
  },
)

test.each([
  [['camera', 'prob'], 'did you mean: camera probe'],
  [['nonsense'], 'no command nonsense'],
  [['camera', 'probe', '--no-such-flag'], '--no-such-flag'],
  [['camera', 'probe', '10.0.0.1', '--timeout', 'soon'], 'integer'],
  [['site', 'list', '-o', 'papyrus'], 'papyrus'],
])('wrong use, %j: exit 2 and one clear line', async (args, words) => {
  const {stdout, stderr, exitCode} = await citywatch(home, args)
  expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/\n {4}at /)
})

test('wrong use under --json: one JSON object with code, message, hint, exit', async () => {
  for (const args of [
    ['nonsense', '--json'],
    ['camera', 'probe', '--no-such-flag', '--json'],
    ['camera', 'probe', '999.1.1.1', '--json'],
  ]) {
    const {exitCode, json} = await citywatch(home, args)
    expect(exitCode).toBe(2)
    expect(json<{error: unknown}>().error).toMatchObject({
      code: expect.stringMatching(/^CW_/),
      message: expect.any(String),
      hint: expect.any(String),
      exit: 2,
    })
  }
})

test.each([
  [['camera', 'probe', 'admin:canary-pw@10.0.0.5']],
  [['camera', 'probe', 'http://admin:canary/pw@10.0.0.5/']],
  [['camera', 'probe', 'http://admin:canary@pw@10.0.0']],
  [['platform', 'status', '--platform', 'u:canary@host']],
  [['context', 'add', 'x', 'http://u:canary@host']],
])('an address with a password in it, %j: refused without showing it', async (args) => {
  const {exitCode, stdout, stderr} = await citywatch(home, args)
  expect(exitCode).toBe(2)
  expect(stdout + stderr).not.toContain('canary')
})

test('a wrong line among the targets is told before any camera is asked', async () => {
  const {exitCode, stdout, stderr} = await citywatch(home, ['camera', 'probe', '-'], {
    input: '127.0.0.1:1\n127.0.0.2:1\n999.1.1.1\n',
  })
  expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  expect(stderr).toContain('999.1.1.1 is no address')
})

test('messages are in Chinese when asked for', async () => {
  const {stderr} = await citywatch(home, ['camera', 'probe', '999.1.1.1', '--lang', 'zh'])
  expect(stderr).toContain('不是有效地址')
})

test('no target and no pipe: says so instead of waiting', async () => {
  const {exitCode, stderr} = await citywatch(home, ['camera', 'probe'])
  expect({exitCode, stderr}).toEqual({exitCode: 2, stderr: expect.stringContaining('needs a target')})
})

test.each([
  ['camera probe', ['camera', 'probe', '-o', 'jsonl']],
  ['camera probe -', ['camera', 'probe', '-', '-o', 'jsonl']],
  ['camera provision plan', ['camera', 'provision', 'plan', '--ntp', '10.0.0.1', '-o', 'jsonl']],
  ['camera provision apply -', ['camera', 'provision', 'apply', '-', '--ntp', '10.0.0.1', '--yes', '-o', 'jsonl']],
])('%s takes its targets from a pipe, one a line, comments and empty lines passed over', async (_name, args) => {
  const {stdout} = await citywatch(home, args, {input: '127.0.0.1:1\n# a comment\n\n127.0.0.2:1\r\n'})
  const lines = stdout.split('\n').map((line) => JSON.parse(line))
  expect(lines.map(({camera}) => camera).toSorted()).toEqual(['127.0.0.1:1', '127.0.0.2:1'])
})

test('panel send takes its events from a pipe', async () => {
  const {stdout, exitCode} = await citywatch(home, ['panel', 'send', '127.0.0.1:1', '--account', '1234', '--dry-run'], {
    input: 'BA zone 1\nfire zone 2\n',
  })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('FA new')
})

describe('pipes', () => {
  const shell = (script: string) =>
    spawnSync('sh', ['-c', script], {
      cwd: root,
      encoding: 'utf8',
      env: {...process.env, ...home.env, NODE: process.execPath},
    })

  test.skipIf(process.platform === 'win32')('a reader that leaves early is no failure', () => {
    expect(shell('"$NODE" bin/run.js --help | head -1')).toMatchObject({stderr: '', status: 0})
  })
})

describe('only screens load Ink', () => {
  const MARK = 'react.transitional.element'
  const bundled = globSync('dist/**/*.js', {cwd: root}).filter((file) =>
    readFileSync(join(root, file), 'utf8').includes(MARK),
  )

  /** Files of the bundle that a command loads. */
  const loadedBy = (args: readonly string[]) =>
    execFileSync(process.execPath, ['--import', './test/support/print-loaded.mjs', 'bin/run.js', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: {...process.env, ...home.env},
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\n')
      .filter((line) => line.startsWith('LOADED ') && line.includes('/dist/'))
      .map((line) => relative(root, fileURLToPath(line.slice('LOADED '.length))))

  test('React is in the bundle, and the test sees what is loaded', () => {
    expect(bundled.length).toBeGreaterThan(0)
    expect(loadedBy(['context', 'list'])).toContain(join('dist', 'commands', 'context', 'list.js'))
  })

  test.each([
    [['--help']],
    [['context', 'list']],
    [['help', 'exit-codes']],
    [['alarm', 'watch', '--help']],
    [['demo', '--help']],
  ])('%j loads none of it', (args) => expect(loadedBy(args).filter((file) => bundled.includes(file))).toEqual([]))
})

describe('an older Node.js', () => {
  const old = olderNode()

  test.skipIf(old === undefined)('hands over to the bundled one', async () => {
    const {stdout, exitCode} = await execa(old ?? '', ['bin/run.js', 'doctor', '--json'], {
      cwd: root,
      env: home.env,
      stdin: 'ignore',
      reject: false,
    })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout).findings[0].detail).toContain('the one that came with citywatch')
  })

  test.skipIf(old === undefined)('keeps the exit status', async () => {
    const {exitCode} = await execa(old ?? '', ['bin/run.js', 'nonsense'], {
      cwd: root,
      env: home.env,
      stdin: 'ignore',
      reject: false,
    })
    expect(exitCode).toBe(2)
  })

  test.skipIf(old === undefined)(
    'without a bundled one says in one line what to install, and exits with 69',
    async () => {
      const bare = tempFolder()
      for (const part of ['bin', 'package.json', 'oclif.manifest.json'])
        cpSync(join(root, part), join(bare, part), {recursive: true})
      symlinkSync(join(root, 'dist'), join(bare, 'dist'))
      const {stdout, stderr, exitCode} = await execa(old ?? '', [join(bare, 'bin/run.js'), 'doctor'], {
        env: home.env,
        stdin: 'ignore',
        reject: false,
      })
      expect({stdout, exitCode}).toEqual({stdout: '', exitCode: 69})
      expect(stderr).toMatch(/^citywatch needs Node\.js 24\.15 or newer.*$/)
    },
  )
})

/** A Node.js on the path that is too old to run citywatch itself, as on a technician's laptop. */
function olderNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const candidates = folders
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .filter(existsSync)
  return candidates.find((path) => {
    const [major = 99, minor = 0] = execFileSync(path, ['-p', 'process.versions.node'], {encoding: 'utf8'})
      .split('.')
      .map(Number)
    return major < 24 || (major === 24 && minor < 15)
  })
}
