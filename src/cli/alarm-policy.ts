/** What a platform is told of its site: --alarm-policy and --handoff-rules, JSON files that are checked before anything starts. */
import {readFile} from 'node:fs/promises'
import * as Flags from '@oclif/core/flags'
import {parseHandoffRules} from '../alarm/handoff-rules.ts'
import {type Policy, parsePolicy} from '../alarm/policy.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'

export const policyFlags = {
  'alarm-policy': Flags.string({description: 'JSON file: shelving times, what closes by itself', helpValue: 'FILE'}),
  'handoff-rules': Flags.string({description: 'JSON file: when 110 is to be told', helpValue: 'FILE'}),
}

export interface PolicyFlags {
  readonly 'alarm-policy'?: string | undefined
  readonly 'handoff-rules'?: string | undefined
}

const MAX_BYTES = 4 * 1024 * 1024

/** Defaults where no file says otherwise. Throws CW_FILE_NOT_FOUND, CW_IO, CW_CONFIG naming the file and the member. */
export async function policyOf(flags: PolicyFlags): Promise<Policy> {
  const {'alarm-policy': policy, 'handoff-rules': rules} = flags
  const handoff = rules === undefined ? undefined : await fromFile(rules, parseHandoffRules)
  if (policy === undefined) return parsePolicy({}, handoff)
  return fromFile(policy, (value) => parsePolicy(value, handoff))
}

async function fromFile<T>(path: string, parse: (value: unknown) => T): Promise<T> {
  const text = await readText(path)
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    throw new CitywatchError('CW_CONFIG', {path, detail: whyNot(error)})
  }
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= MAX_BYTES) return bytes.toString('utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path})
    throw new CitywatchError('CW_IO', {path, detail: message})
  }
  throw new CitywatchError('CW_TOO_LARGE', {path, what: 'a rules file', limit: `${MAX_BYTES} bytes`})
}

function whyNot(error: unknown): string {
  if (isCitywatchError(error))
    return `${error.params.field || 'the file'}: ${error.params.value} is not ${error.params.expected}`
  return error instanceof Error ? error.message : String(error)
}
