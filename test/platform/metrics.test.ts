/** /metrics: the numbers are those of the platform, the series are few and fixed, and nothing secret is in them. */
import {request} from 'undici'
import {expect, test} from 'vitest'
import {Secret} from '../../src/lib/secret.ts'
import type {Platform} from '../../src/platform/server/platform.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'

const SAMPLE = /^([a-z_]+(?:\{[a-z]+="[^"\\\n]*"\})?) (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

async function scrape({url}: Platform, headers: Record<string, string> = {}) {
  const response = await request(`${url}/metrics`, {headers})
  return {status: response.statusCode, headers: response.headers, text: await response.body.text()}
}

/** Value by series; every line must be a comment or a sample. */
async function numbersOf(platform: Platform) {
  const {text} = await scrape(platform)
  const lines = text.trimEnd().split('\n')
  const samples = lines.filter((line) => !/^# (?:HELP|TYPE) [a-z_]+ /.test(line)).map((line) => SAMPLE.exec(line))
  return new Map(samples.map((match) => [match?.[1] ?? 'no sample', Number(match?.[2])]))
}

test('what happened is counted', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  await platform.accept(signalOf({zone: '4'}))
  const {version} = (await client.alarm(1)) ?? {version: 0}
  await client.ack({id: 1, version, by: panel.name})
  await platform.accept(signalOf({account: 'FEED'}))
  const door = {specversion: '1.0', source: '/doors/7', id: 'a1', type: 'com.example.door'} as const
  await client.sendEvents([door, {...door, id: 'a2'}, door])
  const numbers = await numbersOf(platform)
  expect(numbers.has('no sample')).toBe(false)
  expect(Object.fromEntries(numbers)).toMatchObject({
    [`citywatch_build_info{version="${(await platform.status()).version}"}`]: 1,
    citywatch_log_head: (await platform.status()).head,
    citywatch_commits_failed_total: 0,
    citywatch_writes_waiting: 0,
    'citywatch_alarms{handling="new"}': 1,
    'citywatch_alarms{handling="acked"}': 1,
    'citywatch_devices{kind="panel"}': 1,
    'citywatch_devices{kind="camera"}': 0,
    citywatch_frames_refused_total: 1,
    'citywatch_events_total{result="stored"}': 2,
    'citywatch_events_total{result="repeated"}': 1,
    citywatch_stream_clients: 0,
  })
  const count = numbers.get('citywatch_commit_writes_count') ?? 0
  expect(count).toBeGreaterThan(0)
  expect(numbers.get('citywatch_commits_total')).toBe(count)
  expect(numbers.get('citywatch_commit_writes_bucket{le="+Inf"}')).toBe(count)
  expect(numbers.get('citywatch_commit_writes_sum')).toBeGreaterThanOrEqual(count)
  expect(numbers.get('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(numbers.get('citywatch_http_connections')).toBeGreaterThan(0)
})

test('what others choose makes no new series', async () => {
  const {platform, client} = await testPlatform({acceptUnknown: true})
  const before = [...(await numbersOf(platform)).keys()]
  for (const account of ['AAA1', 'BBB2', 'CCC3']) await platform.accept(signalOf({account}))
  await client.putDevices({devices: [panel, {...panel, key: 'other "name"\\', account: '9999'}]})
  const event = {specversion: '1.0', source: '/a"b', id: '1', type: 't{"}'} as const
  await client.sendEvents(event)
  expect([...(await numbersOf(platform)).keys()]).toEqual(before)
})

test('a watcher is counted while it is there', async () => {
  const {platform} = await testPlatform()
  const {body} = await request(`${platform.url}/v1/stream`)
  body.on('error', () => {})
  expect((await numbersOf(platform)).get('citywatch_stream_clients')).toBe(1)
  body.destroy()
})

test('a token is needed where one is set, and is not shown', async () => {
  const token = 'a-token-of-some-length'
  const {platform} = await testPlatform({token: new Secret(token)})
  expect((await scrape(platform)).status).toBe(401)
  const {status, headers, text} = await scrape(platform, {authorization: `Bearer ${token}`})
  expect({status, type: headers['content-type']}).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  })
  expect(text).not.toContain(token)
})

test.each(['/metrics', '/readyz', '/healthz'])('POST %s is refused by its method', async (path) => {
  const {platform} = await testPlatform()
  const headers = {'content-type': 'application/json'}
  const {statusCode, body} = await request(platform.url + path, {method: 'POST', headers, body: '{}'})
  await body.dump()
  expect(statusCode).toBe(405)
})
