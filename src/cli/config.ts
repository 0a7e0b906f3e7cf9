/** The configuration file: the platforms a person works with, by name, and which one is current. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {configFolder} from './paths.ts'

export interface Context {
  /** Address of the platform's HTTP API, without userinfo. */
  readonly url: string
  /** File whose first line is the token. Tokens themselves are never stored. */
  readonly tokenFile?: string
  /** SHA-256 of the platform's certificate, AA:BB:…; absent: the system's authorities decide. */
  readonly fingerprint?: string
}

interface Settings {
  readonly version: 1
  readonly current: string | null
  readonly contexts: Readonly<Record<string, Context>>
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u

/** All contexts by name, and the current one's name. Throws CW_CONFIG when the file is unreadable: never a silent reset. */
export function contexts(): {readonly current: string | null; readonly byName: ReadonlyMap<string, Context>} {
  const {current, contexts: known} = read()
  return {current, byName: new Map(Object.entries(known))}
}

/** Adds or replaces a context; the first one becomes current. Throws CW_BAD_VALUE for a name that is no name. */
export async function saveContext(name: string, context: Context): Promise<{readonly current: string}> {
  if (!NAME.test(name) || name === '__proto__') {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'context name', value: name, expected: 'letters, digits, . _ -'})
  }
  const {contexts: known, current} = read()
  await write({version: 1, contexts: {...known, [name]: context}, current: current ?? name})
  return {current: current ?? name}
}

/** Makes a context current. Throws CW_NO_CONTEXT. */
export async function chooseContext(name: string): Promise<Context> {
  const {contexts: known} = read()
  const context = Object.hasOwn(known, name) ? known[name] : undefined
  if (!context) throw new CitywatchError('CW_NO_CONTEXT', {name})
  await write({version: 1, contexts: known, current: name})
  return context
}

/** Read here and not by conf: every command that talks to a platform reads, and loading conf costs it 20 ms. */
function read(): Settings {
  const path = file()
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return NOTHING_YET
    throw new CitywatchError('CW_CONFIG', {path, detail: code ?? 'unreadable'}, {cause})
  }
  const settings = parse(text)
  if (typeof settings === 'string') throw new CitywatchError('CW_CONFIG', {path, detail: settings})
  return settings
}

/** Whole and for the owner only, or not at all. */
async function write(settings: Settings): Promise<void> {
  const {default: Conf} = await import('conf')
  try {
    const conf = new Conf<Record<string, unknown>>({cwd: configFolder(), configName: 'config', configFileMode: 0o600})
    conf.store = {...settings}
  } catch (cause) {
    const detail = safeText(cause instanceof Error ? cause.message : 'not writable', 200)
    throw new CitywatchError('CW_IO', {path: file(), detail}, {cause})
  }
}

function file(): string {
  return join(configFolder(), 'config.json')
}

/** The settings, or what is wrong with them. */
function parse(text: string): Settings | string {
  const store = json(text)
  if (typeof store === 'string') return store
  const {version, current, contexts: known} = store
  if (version !== 1) return `version is ${JSON.stringify(version)}, this citywatch knows 1`
  if (current !== null && typeof current !== 'string') return 'current is no name'
  if (typeof known !== 'object' || known === null || Array.isArray(known)) return 'contexts is no table'
  const contexts: Record<string, Context> = {}
  for (const [name, value] of Object.entries(known)) {
    const context = parseContext(value)
    if (!context) return `contexts.${safeText(name, 64)} has no url`
    contexts[name] = context
  }
  return {version, current, contexts}
}

function json(text: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : 'it holds no object'
  } catch (error) {
    return safeText(`no JSON: ${error instanceof Error ? error.message : ''}`, 200)
  }
}

function parseContext(value: unknown): Context | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const {url, tokenFile, fingerprint} = value as Record<string, unknown>
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  return {
    url,
    ...(typeof tokenFile === 'string' ? {tokenFile} : {}),
    // A pin that is no text must not be lost: as it is, no certificate fits it.
    ...(fingerprint === undefined ? {} : {fingerprint: String(fingerprint)}),
  }
}

const NOTHING_YET: Settings = {version: 1, current: null, contexts: {}}
