import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import etsi from '../../src/camera/audit/baselines/etsi.json' with {type: 'json'}
import type {AuditResult} from '../../src/camera/audit/result.ts'
import type {AuditSummary} from '../../src/cli/camera-audit.ts'
import {FACTORY_LOGIN, type WeaknessName} from '../../src/sim/camera/weaknesses.ts'
import {closedPorts, oneCamera, portsOf} from '../support/audit.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {TEST_CREDENTIAL} from '../support/sim-camera.ts'

const home = newHome()
const AUDIT = ['camera', 'audit'] as const

interface Report {
  readonly summary: AuditSummary
  readonly results: readonly AuditResult[]
}

/** A simulated camera, the file of a baseline that asks its ports, and a file with a password. */
async function camera(weaknesses: readonly WeaknessName[], name: string, password = TEST_CREDENTIAL.password) {
  const sim = await oneCamera({weaknesses, httpsPort: 0})
  const file = join(home.folder, `${name}.json`)
  writeFileSync(file, JSON.stringify({...etsi, ports: await portsOf(sim)}))
  const passwordFile = join(home.folder, `${name}.pw`)
  writeFileSync(passwordFile, password.reveal())
  return {
    sim,
    args: [...AUDIT, sim.xaddr, '--baseline', file],
    login: ['--user', 'admin', '--password-file', passwordFile],
  }
}

test('camera audit: findings, what would be right, where it comes from; the severity decides the exit status', async () => {
  const {args} = await camera(['telnet-open', 'certificate-expired'], 'weak')
  const {exitCode, stderr, json} = await citywatch(home, [...args, '--json'])
  const {summary, results} = json<Report>()
  const findings = results.filter(({status}) => status === 'finding')
  expect(findings.map(({rule}) => rule)).toEqual(['certificate-expired', 'certificate-self-signed', 'telnet-open'])
  expect(findings.find(({rule}) => rule === 'telnet-open')).toMatchObject({
    ...{provision: 6, severity: 'high', sure: 'certain', right: 'telnet off', baseline: 'etsi 1'},
    seen: expect.stringContaining('login:'),
    source: expect.stringContaining('ETSI EN 303 645'),
  })
  expect(summary).toMatchObject({cameras: 1, notReached: 0, findings: {high: 2, medium: 0, low: 1}})
  expect(stderr).toContain('nothing is said about the provisions 2, 3')
  expect(exitCode).toBe(3)
  const mild = await camera([], 'mild')
  expect(await citywatch(home, [...mild.args, '--severity', 'medium'])).toMatchObject({exitCode: 0})
  expect(await citywatch(home, mild.args)).toMatchObject({exitCode: 3})
})

test('camera audit: csv, jsonl and names; passed rules only when asked for', async () => {
  const {args} = await camera(['telnet-open'], 'forms')
  const csv = await citywatch(home, [...args, '-o', 'csv', '--columns', 'rule,status,severity'])
  expect(csv.stdout.split('\n')[0]).toBe('rule,status,severity')
  expect(csv.stdout).toContain('telnet-open,finding,high')
  expect(csv.stdout).not.toContain('passed')
  const all = await citywatch(home, [...args, '-o', 'jsonl', '--show', 'all'])
  const rules = all.stdout.split('\n').map((line) => JSON.parse(line).rule)
  expect(rules).toEqual(etsi.rules.map(({id}) => id))
})

test('camera audit: junit: a case for each rule, failed ones with what was seen', async () => {
  const {args} = await camera(['telnet-open'], 'junit')
  const file = join(home.folder, 'audit.xml')
  await citywatch(home, [...args, '--junit', file])
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(`<testsuites tests="${etsi.rules.length}" failures="2"`)
  expect(text).toMatch(/<testcase [^>]*name="telnet-open"[^>]*><failure message="[^"]*login:/)
  expect(text.match(/<testcase /g)).toHaveLength(etsi.rules.length)
})

test('camera audit: with a login more is seen; the factory login on record is told and its password printed nowhere', async () => {
  const weak = await camera(['default-password', 'rtsp-open', 'snapshot-open'], 'default', FACTORY_LOGIN.password)
  const {json, stdout, stderr} = await citywatch(home, [...weak.args, ...weak.login, '--login', '--json'])
  const findings = json<Report>().results.filter(({status}) => status === 'finding')
  expect(findings.map(({rule}) => rule)).toEqual(
    expect.arrayContaining(['default-login-known', 'rtsp-open', 'snapshot-open', 'ntp-missing']),
  )
  expect(findings[0]).toMatchObject({rule: 'default-login-known', sure: 'certain'})
  const good = await camera([], 'secret')
  const quiet = await citywatch(home, [...good.args, ...good.login, '--login', '--json', '--show', 'all', '--debug'])
  for (const text of [stdout, stderr, quiet.stdout, quiet.stderr])
    expect(text).not.toContain(TEST_CREDENTIAL.password.reveal())
})

test('camera audit --try-defaults: one try in half an hour, also over several runs and logins that worked', async () => {
  const {sim, args, login} = await camera([], 'tries')
  const again = () => citywatch(home, [...args, '--try-defaults', '--json', '--show', 'all'])
  const said = (report: Report) => report.results.find(({rule}) => rule === 'default-login-accepted')
  expect(said((await again()).json())).toMatchObject({status: 'passed'})
  expect(sim.failedLogins).toBe(1)
  expect(await citywatch(home, [...args, ...login, '--login'])).toMatchObject({exitCode: 3})
  expect(sim.failedLogins).toBe(0) // a login that worked; the factory login is not tried again all the same
  expect(said((await again()).json())).toMatchObject({
    status: 'untested',
    seen: expect.stringContaining('less than half an hour'),
  })
  expect(sim.failedLogins).toBe(0)
})

test('camera audit: who does not answer is not fine; wrong choices are refused before anybody is asked', async () => {
  const [port] = await closedPorts('127.0.0.1', 1)
  const {exitCode, stderr} = await citywatch(home, [
    ...AUDIT,
    `127.0.0.1:${port}`,
    '--severity',
    'high',
    '--baseline',
    (await camera([], 'none')).args.at(-1) ?? '',
  ])
  expect(exitCode).toBe(3)
  expect(stderr).toContain('held against etsi')
  for (const wrong of [['--baseline', 'nist'], ['--baseline', './none.json'], ['--allow-ports', '0'], []])
    expect((await citywatch(home, [...AUDIT, ...(wrong.length > 0 ? ['127.0.0.1', ...wrong] : [])])).exitCode).toBe(2)
})

test('sim camera: its weaknesses are where it says', async () => {
  const sim = start(home, [
    'sim',
    'camera',
    '--http-port',
    '0',
    '--rtsp-port',
    '0',
    '--weakness',
    'telnet-open',
    '--weakness',
    'onvif-open',
    '--https-port',
    '0',
    '--json',
  ])
  onTestFinished(async () => void (await sim.stop()))
  const ready = JSON.parse(await sim.line((line) => line.startsWith('{')))
  const file = join(home.folder, 'sim.json')
  const ports = [
    {port: Number(ready.telnet), kind: 'telnet'},
    {port: Number(ready.https), kind: 'tls'},
  ]
  writeFileSync(file, JSON.stringify({...etsi, ports}))
  const {stdout} = await citywatch(home, [...AUDIT, ready.onvif, '--baseline', file, '-o', 'csv'])
  expect(stdout).toMatch(/finding,high,telnet-open/)
  expect(stdout).toMatch(/finding,high,onvif-open/)
})
