// Runs every command of docs/why-no-picture.md against a simulated camera with that fault and writes down what it prints.
// --check: writes nothing; fails where a command prints something else, times aside, or a Chinese line is not the catalogue's.
//
//   <!-- sim camera --fault dead -->     the camera, with its flags; `, again`: the command is run once before
//   ```console
//   $ npx citywatch camera probe 10.0.0.5 …
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {CAUSE_WORDS} from '../src/cli/i18n/causes.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const PAGE = 'docs/why-no-picture.md'
const FENCE = '```'
const BLOCK = /<!-- sim camera ?([^,>]*?)(, again)? -->\n```console\n\$ npx citywatch (.*)\n([\s\S]*?)```/g
/** What the page calls the camera and the file with its password. */
const [ADDRESS, PASSWORD_FILE] = ['10.0.0.5', 'camera.pw']
/** A line for who waits; a terminal takes it away again. */
const PROGRESS = /^\d+ cameras asked/
const home = mkdtempSync(join(tmpdir(), 'citywatch-page-'))
const passwordFile = join(home, PASSWORD_FILE)
writeFileSync(passwordFile, 'only for the page\n', {mode: 0o600})
const check = process.argv.includes('--check')
const problems = []
process.setMaxListeners(0)

try {
  const page = readFileSync(PAGE, 'utf8')
  chineseLines(page)
  const blocks = [...page.matchAll(BLOCK)]
  if (blocks.length === 0) problems.push(`${PAGE} has no command`)
  const outputs = await Promise.all(
    blocks.map(([, camera, again, command], index) => run(index, camera, command, again !== undefined)),
  )
  for (const [index, [, camera, , , written]] of blocks.entries()) {
    if (timeless(written) !== timeless(outputs[index]))
      problems.push(`${PAGE}, sim camera ${camera}: prints\n${outputs[index]}instead of\n${written}`)
  }
  let at = 0
  const fresh = page.replace(BLOCK, (all, _camera, _again, _command, written) => {
    const output = outputs[at++]
    // What differs in its times alone stays as it is, so that the page changes only where the program did.
    return timeless(written) === timeless(output)
      ? all
      : `${all.slice(0, all.length - written.length - FENCE.length)}${output}${FENCE}`
  })
  if (!check) writeFileSync(PAGE, fresh)
} finally {
  rmSync(home, {recursive: true, force: true})
}
if (check) for (const problem of problems) console.error(problem)
process.exitCode = check && problems.length > 0 ? 1 : 0

/** What a command prints, the row before the notes, and its exit status. */
async function run(index, flags, command, again) {
  const state = join(home, String(index))
  const env = {CITYWATCH_CONFIG_DIR: state, CITYWATCH_STATE_DIR: state, CITYWATCH_LANG: 'en', NO_COLOR: '1'}
  const camera = await simulated(flags.split(' ').filter(Boolean), env)
  try {
    const names = {[ADDRESS]: camera.host, [PASSWORD_FILE]: passwordFile}
    const args = command.split(' ').map((word) => names[word] ?? word)
    const options = {env, reject: false, stdin: 'ignore', timeout: 60_000}
    if (again) await execa(process.execPath, ['bin/run.js', ...args], options)
    const {stdout, stderr, exitCode} = await execa(process.execPath, ['bin/run.js', ...args], options)
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => !PROGRESS.test(line))
    return `${camera.named(lines.join('\n'))}\n$ echo $?\n${exitCode}\n`
  } finally {
    await camera.stop()
  }
}

async function simulated(flags, env) {
  const login = ['--user', 'admin', '--password-file', passwordFile]
  const ports = ['--http-port', '0', '--rtsp-port', '0']
  const child = spawn(process.execPath, ['bin/run.js', 'sim', 'camera', ...login, ...ports, ...flags, '--json'], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill()) // whatever ends this
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const ready = await new Promise((resolve, reject) => {
    createInterface({input: child.stdout}).on(
      'line',
      (line) => line.startsWith('{"onvif"') && resolve(JSON.parse(line)),
    )
    gone.then((code) => reject(new Error(`sim camera ${flags.join(' ')} ended with ${code}`)))
  })
  const [http, rtsp] = [new URL(ready.onvif), new URL(ready.rtsp)]
  return {
    host: http.host,
    named: (text) =>
      text
        .replaceAll(http.host, ADDRESS)
        .replaceAll(rtsp.host, `${ADDRESS}:554`)
        .replaceAll(`port ${rtsp.port}`, 'port 554')
        .replaceAll(`:${rtsp.port}/`, ':554/')
        .replaceAll('127.0.0.1', ADDRESS),
    async stop() {
      child.kill('SIGINT')
      await gone
    },
  }
}

/** The same text whatever the times and the numbers that they make. */
function timeless(text) {
  return text
    .replace(/\t\d+(?=\t|\n)/g, '\t#')
    .replace(/\d+(?:\.\d+)?(?= (?:ms|s|bytes|packets|pictures|fps|kbit\/s)\b)/g, '#')
    .replace(/[ \t]+$/gm, '')
}

/** **中文** behind the name of a cause is the catalogue's sentence. */
function chineseLines(page) {
  for (const [, cause, words] of page.matchAll(/^### .*`([a-z-]+)`.*\n\n\*\*中文\*\* (.*)$/gm)) {
    if (CAUSE_WORDS.zh[cause] !== words) problems.push(`${PAGE}: ${cause} is not "${CAUSE_WORDS.zh[cause] ?? 'known'}"`)
  }
}
