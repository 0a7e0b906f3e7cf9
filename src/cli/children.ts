/** The platforms below one that is being started: by address, by the name of a context, or from a file. */
import {readFile, stat} from 'node:fs/promises'
import * as Flags from '@oclif/core/flags'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {bad, Fields} from '../lib/fields.ts'
import type {ChildOptions} from '../platform/federation/child.ts'
import type {Context} from './config.ts'
import {pinFor, platformUrl, secretFromFile} from './context.ts'

export const childFlags = {
  child: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'platform below this one: its address, with the name that it has here, or a context; repeatable',
    helpValue: 'URL#NAME|CONTEXT',
    helpGroup: 'FEDERATION',
  }),
  children: Flags.string({
    description: 'JSON file: a list of {name, url, tokenFile, fingerprint, jurisdiction, types, priority}',
    helpValue: 'FILE',
    helpGroup: 'FEDERATION',
  }),
}

interface ChildFlags {
  readonly child?: readonly string[] | undefined
  readonly children?: string | undefined
}

const MAX_FILE_BYTES = 1024 * 1024
const MAX_PATH = 4_096

/** Nothing for a platform without children. Throws CW_BAD_VALUE, CW_BAD_ADDRESS, CW_CONFIG, CW_FILE_NOT_FOUND, CW_IO. */
export async function childChoice(flags: ChildFlags): Promise<{readonly children?: readonly ChildOptions[]}> {
  const named = await Promise.all((flags.child ?? []).map(childOf))
  const listed = flags.children === undefined ? [] : await childrenIn(flags.children)
  return named.length + listed.length === 0 ? {} : {children: [...named, ...listed]}
}

async function childOf(text: string): Promise<ChildOptions> {
  const {contexts} = await import('./config.ts')
  const context = contexts().byName.get(text)
  if (context) return withTrust(text, context)
  const [address = '', name, ...more] = text.split('#')
  if (more.length > 0 || name === '') throw bad('--child', undefined, 'URL#NAME, or the name of a context')
  const url = platformUrl(address)
  return {name: name ?? new URL(url).host.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, ''), url}
}

async function childrenIn(path: string): Promise<ChildOptions[]> {
  const value = await jsonOf(path)
  if (!Array.isArray(value)) throw config(path, 'a list of children')
  try {
    return await Promise.all(value.map((child, index) => listedChild(child, `children[${index}]`)))
  } catch (error) {
    if (!isCitywatchError(error, 'CW_BAD_VALUE')) throw error
    throw config(path, `${error.params.field} is ${error.params.value}, expected ${error.params.expected}`)
  }
}

async function listedChild(value: unknown, where: string): Promise<ChildOptions> {
  const fields = new Fields(value, where)
  const {parseFilter} = await import('../platform/parse/filter.ts')
  const text = (name: string) => (fields.has(name) ? {[name]: fields.key(name, MAX_PATH)} : {})
  const query = new URLSearchParams()
  for (const name of ['jurisdiction', 'types', 'priority']) {
    const given = fields.raw(name)
    if (given !== undefined) query.set(name, Array.isArray(given) ? given.join(',') : String(given))
  }
  const filter = parseFilter(query)
  const context = {url: platformUrl(fields.key('url', MAX_PATH)), ...text('tokenFile'), ...text('fingerprint')}
  return {...(await withTrust(fields.key('name', MAX_PATH), context)), ...(filter === undefined ? {} : {filter})}
}

async function withTrust(name: string, {url, tokenFile, fingerprint}: Context): Promise<ChildOptions> {
  return {
    name,
    url,
    ...(tokenFile === undefined ? {} : {token: await secretFromFile(tokenFile)}),
    ...(fingerprint === undefined ? {} : {fingerprint: await pinFor(url, fingerprint)}),
  }
}

async function jsonOf(path: string): Promise<unknown> {
  try {
    const {size} = await stat(path)
    if (size > MAX_FILE_BYTES) throw config(path, `at most ${MAX_FILE_BYTES} bytes`)
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if (isCitywatchError(cause)) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw config(path, code ?? 'it is not JSON')
  }
}

function config(path: string, detail: string): CitywatchError {
  return new CitywatchError('CW_CONFIG', {path, detail})
}
