/** The OpenAPI document: served as it is committed, and true of what the platform answers. */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createConfig, lint} from '@redocly/openapi-core'
import {request} from 'undici'
import {expect, test} from 'vitest'
import document from '../../docs/openapi.json' with {type: 'json'}
import {Secret} from '../../src/lib/secret.ts'
import {parseRequest} from '../../src/platform/parse/request.ts'
import type {Platform} from '../../src/platform/server/platform.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'

const UNTYPED = ['/v1/stream', '/v1/openapi.json', '/healthz', '/readyz', '/metrics'].map((path) => `GET ${path}`)

async function get({url}: Platform, path: string) {
  const {statusCode: status, body} = await request(url + path)
  return {status, reply: (await body.json()) as unknown}
}

test('it is served as it is committed, to those who may use the API', async () => {
  const {platform} = await testPlatform()
  expect(await get(platform, '/v1/openapi.json')).toEqual({status: 200, reply: document})
  const guarded = await testPlatform({token: new Secret('a-token-of-some-length')})
  expect(await get(guarded.platform, '/v1/openapi.json')).toMatchObject({status: 401})
})

test('it names every route and no other', () => {
  const named = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(named.sort()).toEqual([...Object.keys(parseRequest), ...UNTYPED].sort())
})

test('everything that it refers to is in it, and each operation has a name of its own', () => {
  const text = readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
  const names = new Set(Array.from(text.matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name]) => name))
  expect([...names].filter((name) => !Object.hasOwn(document.components.schemas, String(name)))).toEqual([])
  const ids = Array.from(text.matchAll(/"operationId": "(\w+)"/g), ([, id]) => id)
  expect(ids.length).toBe(new Set(ids).size)
})

test('replies have the members that it requires, and none that it does not name', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  await client.sendEvents({
    specversion: '1.0',
    source: '/s',
    id: '1',
    type: 't',
    time: '2026-01-01T00:00:00Z',
    data: [1],
  })
  const {epoch} = await platform.status()
  const paths = {
    '/v1/status': 'Status',
    '/v1/alarms': 'AlarmPage',
    '/v1/devices?kind=panel': 'DevicePage',
    '/v1/ontest': 'OnTestPage',
    [`/v1/events?after=${epoch}-0`]: 'EventPage',
    '/v1/nothing': 'ErrorReply',
  }
  for (const [path, schema] of Object.entries(paths)) {
    const {reply} = await get(platform, path)
    expect({path, problems: problemsOf(reply, {$ref: `#/components/schemas/${schema}`}, path)}).toEqual({
      path,
      problems: [],
    })
  }
})

type Schema = Readonly<Record<string, unknown>>

/** What of the value the schema does not allow, by place. Knows the words of JSON Schema that the document has. */
function problemsOf(value: unknown, schema: Schema, at: string): string[] {
  const {$ref, anyOf, enum: values, type} = schema
  if (typeof $ref === 'string') return problemsOf(value, named($ref), at)
  if (Array.isArray(anyOf)) {
    return anyOf.some((one: Schema) => problemsOf(value, one, at).length === 0) ? [] : [`${at}: none fits`]
  }
  if (type === 'array') return problemsOfList(value, schema, at)
  if (type === 'object') return problemsOfObject(value, schema, at)
  if (Array.isArray(values)) return values.includes(value) ? [] : [`${at}: ${value}`]
  if ('const' in schema) return schema.const === value ? [] : [`${at}: ${value}`]
  const kind = value === null ? 'null' : typeof value
  return type === undefined || kind === type ? [] : [`${at}: no ${type}`]
}

function problemsOfList(value: unknown, {items}: Schema, at: string): string[] {
  if (!Array.isArray(value)) return [`${at}: no list`]
  return value.flatMap((item, index) => problemsOf(item, items as Schema, `${at}[${index}]`))
}

function problemsOfObject(value: unknown, schema: Schema, at: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`]
  const {
    properties = {},
    required = [],
    additionalProperties: rest,
  } = schema as {
    properties?: Record<string, Schema>
    required?: string[]
    additionalProperties?: Schema
  }
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name}: missing`)
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : rest
    return known ? problemsOf(member, known, `${at}.${name}`) : [`${at}.${name}: not named`]
  })
  return [...missing, ...wrong]
}

function named(ref: string): Schema {
  const schemas: Readonly<Record<string, Schema>> = document.components.schemas
  return schemas[ref.slice('#/components/schemas/'.length)] ?? {const: `no ${ref}`}
}

/** What Redocly's linter finds, by its rule. */
async function findings(text: string): Promise<string[]> {
  const file = join(tempFolder(), 'openapi.json')
  writeFileSync(file, text)
  const config = await createConfig({extends: ['recommended']})
  return (await lint({ref: file, config})).map(({ruleId, message}) => `${ruleId}: ${message}`)
}

test('an independent linter finds nothing, and would find a name that is given twice', async () => {
  const text = JSON.stringify(document)
  expect(await findings(text)).toEqual([])
  const doubled = text.replace('"operationId":"getStatus"', '"operationId":"getAlarms"')
  expect(await findings(doubled)).toEqual([expect.stringContaining('operation-operationId-unique')])
})
