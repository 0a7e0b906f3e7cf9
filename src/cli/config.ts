/** The configuration file: the platforms a person works with, by name, and which one is current. */
import {join} from 'node:path'
import Conf from 'conf'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {configFolder} from './paths.ts'

export interface Context {
  /** Address of the platform's HTTP API, without userinfo. */
  readonly url: string
  /** File whose first line is the token. Tokens themselves are never stored. */
  readonly tokenFile?: string
}

interface Settings {
  readonly version: 1
  readonly current: string | null
  readonly contexts: Readonly<Record<string, Context>>
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u

/** All contexts by name, and the current one's name. Throws CW_CONFIG when the file is unreadable: never a silent reset. */
export function contexts(): {readonly current: string | null; readonly byName: ReadonlyMap<string, Context>} {
  const {current, contexts: known} = open().settings
  return {current, byName: new Map(Object.entries(known))}
}

/** Adds or replaces a context; the first one becomes current. Throws CW_BAD_VALUE for a name that is no name. */
export function saveContext(name: string, context: Context): {readonly current: string} {
  if (!NAME.test(name) || name === '__proto__') {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'context name', value: name, expected: 'letters, digits, . _ -'})
  }
  const file = open()
  const {contexts: known, current} = file.settings
  file.write({version: 1, contexts: {...known, [name]: context}, current: current ?? name})
  return {current: current ?? name}
}

/** Makes a context current. Throws CW_NO_CONTEXT. */
export function chooseContext(name: string): Context {
  const file = open()
  const {contexts: known} = file.settings
  const context = Object.hasOwn(known, name) ? known[name] : undefined
  if (!context) throw new CitywatchError('CW_NO_CONTEXT', {name})
  file.write({version: 1, contexts: known, current: name})
  return context
}

interface File {
  readonly settings: Settings
  write(settings: Settings): void
}

/** Reads and checks the file; it is checked here and not by conf's schemas, which cost half the start-up. */
function open(): File {
  const cwd = configFolder()
  const path = join(cwd, 'config.json')
  try {
    const conf = new Conf<Record<string, unknown>>({
      cwd,
      configName: 'config',
      configFileMode: 0o600,
      clearInvalidConfig: false,
      defaults: {...NOTHING_YET},
    })
    const settings = parse(conf.store)
    if (typeof settings === 'string') throw new CitywatchError('CW_CONFIG', {path, detail: settings})
    return {
      settings,
      write: (changed) => {
        conf.store = {...changed}
      },
    }
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    const detail = safeText(cause instanceof Error ? cause.message : 'unreadable', 200)
    throw new CitywatchError('CW_CONFIG', {path, detail}, {cause})
  }
}

/** The settings, or what is wrong with them. */
function parse(store: Readonly<Record<string, unknown>>): Settings | string {
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

function parseContext(value: unknown): Context | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const {url, tokenFile} = value as Record<string, unknown>
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  return {url, ...(typeof tokenFile === 'string' ? {tokenFile} : {})}
}

const NOTHING_YET: Settings = {version: 1, current: null, contexts: {}}
