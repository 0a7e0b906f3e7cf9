/** A platform that asks who is there, with tokens and users for tests. */
import {request} from 'undici'
import {Secret} from '../../src/lib/secret.ts'
import type {Role} from '../../src/model/role.ts'
import {Hasher} from '../../src/platform/access/password.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import type {PlatformOptions} from '../../src/platform/server/platform.ts'
import {testPlatform} from './platform.ts'

/** Hashes as cheap as scrypt gets: what they cost is another test's question. */
export const cheapHasher = () => new Hasher({cost: {ln: 1, r: 1, p: 1}})

export const PASSWORD = new Secret('correct horse battery')

/** With `chief`, a token that may do everything. */
export async function guardedPlatform(options: Partial<PlatformOptions> = {}) {
  const running = await testPlatform({hasher: cheapHasher(), ...options})
  const {url} = running.platform
  const open = new PlatformClient({url, ...(options.token ? {token: options.token} : {})})
  const {token} = await open.access.addToken({name: 'chief', role: 'admin', jurisdiction: ''})
  const chief = new PlatformClient({url, token: new Secret(token)})
  return {
    ...running,
    url,
    chief,
    chiefToken: token,
    /** A token of a role; its text. */
    token: async (name: string, role: Role, jurisdiction = '') =>
      (await chief.access.addToken({name, role, jurisdiction})).token,
    client: (token: string) => new PlatformClient({url, token: new Secret(token)}),
    user: (name: string, role: Role, jurisdiction = '') =>
      chief.access.addUser({name, role, jurisdiction, password: PASSWORD}),
    login: (name: string, password = PASSWORD) => new PlatformClient({url}).login(name, password),
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly code: string | undefined
}

/** One request as it is, with whatever headers. */
export async function ask(
  url: string,
  options: {
    readonly method?: 'GET' | 'POST'
    readonly token?: string | undefined
    readonly body?: unknown
    readonly headers?: Record<string, string>
  } = {},
): Promise<Answer> {
  const {method = 'GET', token, body, headers: more = {}} = options
  const {
    statusCode,
    headers,
    body: reply,
  } = await request(url, {
    method,
    headers: {
      ...(token === undefined ? {} : {authorization: `Bearer ${token}`}),
      ...(method === 'POST' ? {'content-type': 'application/json'} : {}),
      ...more,
    },
    ...(method === 'POST' ? {body: JSON.stringify(body ?? {})} : {}),
  })
  const isStream = String(headers['content-type']).startsWith('text/event-stream')
  if (isStream) {
    reply.on('error', () => undefined)
    reply.destroy()
  }
  const text = isStream ? '' : await reply.text()
  return {status: statusCode, headers, text, code: codeOf(text)}
}

function codeOf(text: string): string | undefined {
  try {
    return JSON.parse(text).error?.code
  } catch {
    return undefined
  }
}
