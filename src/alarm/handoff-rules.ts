/** The rules by which an incident is to be told to 110, as data: read from a profile file, each window and distance with its source. */
import {bad, Fields} from '../lib/fields.ts'
import {MAX_NAME, MAX_TEXT} from '../lib/safe-text.ts'
import {FINDINGS, type Finding} from '../model/alarm.ts'
import shanghai2010 from './shanghai-2010.json' with {type: 'json'}

export interface HandoffRules {
  readonly profile: string
  /** Where the rules come from. */
  readonly source: string
  /** An incident that 110 has answered goes on for so long after it was told; later alarms are another one. */
  readonly sameIncidentMs: number
  readonly rules: readonly HandoffRule[]
  /** The longest of the rules' windows. */
  readonly longestMs: number
  /** Zones that are neighbours whatever their numbers, as `ACCOUNT/PARTITION/ZONE`, partition `-` where there is none. */
  readonly neighbours: readonly (readonly [string, string])[]
  /** How detectors detect, told by the code of the alarm or by words in the zone's name; the first that fits counts. */
  readonly principles: readonly Principle[]
}

interface RuleHead {
  readonly id: string
  readonly says: string
  /** Categories of alarms that the rule is about; none: all. */
  readonly categories: readonly string[]
}

export type HandoffRule =
  /** Somebody found one of these since the alarm fired. */
  | (RuleHead & {readonly type: 'finding'; readonly findings: readonly Finding[]})
  | (RuleHead & {readonly type: 'adjacent-zones'; readonly withinMs: number; readonly distance: number})
  | (RuleHead & {readonly type: 'different-principles'; readonly withinMs: number})
  /** 110 has these accounts on a line of its own; `*` stands for all. */
  | (RuleHead & {readonly type: 'direct-line'; readonly accounts: readonly string[]})

interface Principle {
  readonly name: string
  readonly codes: readonly string[]
  /** Lower case. */
  readonly words: readonly string[]
}

const MAX_RULES = 50
const MAX_LIST = 10_000
const MAX_WINDOW_S = 86_400
const ZONE = /^[0-9A-F]{3,16}\/(?:-|\d{1,8})\/\d{1,8}$/

/** The default: rules 1 to 5 of the Shanghai notice of 2010. */
export const SHANGHAI_2010: HandoffRules = parseHandoffRules(shanghai2010)

/** Proposes nothing: for stores and sites without any. */
export const NO_RULES: HandoffRules = {
  profile: 'none',
  source: '',
  sameIncidentMs: SHANGHAI_2010.sameIncidentMs,
  rules: [],
  longestMs: 0,
  neighbours: [],
  principles: [],
}

/** A profile file's JSON, shaped as src/alarm/shanghai-2010.json. Throws CW_BAD_VALUE naming the member. */
export function parseHandoffRules(value: unknown): HandoffRules {
  const fields = new Fields(value, '')
  known(fields, ['profile', 'source', 'sameIncident', 'rules', 'neighbours', 'principles'])
  const rules = fields.list('rules', MAX_RULES, parseRule)
  const ids = rules.map(({id}) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw bad('rules', twice, 'ids that differ')
  return {
    profile: fields.text('profile', MAX_NAME),
    source: fields.text('source', MAX_TEXT),
    sameIncidentMs: windowMs(fields, 'sameIncident'),
    rules,
    longestMs: Math.max(0, ...rules.map((rule) => ('withinMs' in rule ? rule.withinMs : 0))),
    neighbours: fields.list('neighbours', MAX_LIST, parsePair),
    principles: fields.list('principles', MAX_RULES, parsePrinciple),
  }
}

function parseRule(value: unknown, where: string): HandoffRule {
  const fields = new Fields(value, where)
  const head = {
    id: fields.matching('id', /^[a-z0-9][a-z0-9-]{0,31}$/, 'a short name: small letters, digits, hyphens'),
    says: fields.text('says', MAX_TEXT),
    categories: fields.list('categories', MAX_RULES, word),
  }
  const type = fields.oneOf('type', ['finding', 'adjacent-zones', 'different-principles', 'direct-line'])
  const names = ['id', 'says', 'categories', 'type']
  switch (type) {
    case 'finding': {
      known(fields, [...names, 'findings'])
      const finding = (item: unknown, at: string) => new Fields({[at]: item}, '').oneOf(at, FINDINGS)
      return {...head, type, findings: fields.list('findings', FINDINGS.length, finding)}
    }
    case 'adjacent-zones': {
      known(fields, [...names, 'within', 'distance'])
      const distance = fields.object('distance')
      known(distance, ['zones', 'source'])
      distance.text('source', MAX_TEXT)
      return {...head, type, withinMs: windowMs(fields, 'within'), distance: distance.integer('zones', 1, 1_000)}
    }
    case 'different-principles':
      known(fields, [...names, 'within'])
      return {...head, type, withinMs: windowMs(fields, 'within')}
    case 'direct-line':
      known(fields, [...names, 'accounts'])
      return {...head, type, accounts: fields.list('accounts', MAX_LIST, account)}
  }
}

/** A time with the place that it was taken from: no number of a rule stands there without one. */
function windowMs(fields: Fields, name: string): number {
  const value = fields.object(name)
  known(value, ['seconds', 'source'])
  value.text('source', MAX_TEXT)
  return value.integer('seconds', 1, MAX_WINDOW_S) * 1_000
}

function parsePrinciple(value: unknown, where: string): Principle {
  const fields = new Fields(value, where)
  known(fields, ['name', 'codes', 'words'])
  return {
    name: fields.text('name', MAX_NAME),
    codes: fields.list('codes', MAX_RULES, word),
    words: fields.list('words', MAX_RULES, word).map((text) => text.toLowerCase()),
  }
}

function parsePair(value: unknown, where: string): readonly [string, string] {
  const zone = (item: unknown, at: string) => new Fields({[at]: item}, '').matching(at, ZONE, 'ACCOUNT/PARTITION/ZONE')
  const [one, other, ...more] = new Fields({[where]: value}, '').list(where, 2, zone)
  if (one === undefined || other === undefined || more.length > 0 || one === other) throw bad(where, value, 'two zones')
  return [one, other]
}

function account(value: unknown, where: string): string {
  return new Fields({[where]: value}, '').matching(where, /^(?:\*|[0-9A-F]{3,16})$/, 'an account, or * for all')
}

function word(value: unknown, where: string): string {
  return new Fields({[where]: value}, '').text(where, MAX_NAME)
}

/** A mistyped member would leave a rule out without a word. */
function known(fields: Fields, names: readonly string[]): void {
  for (const name of fields.names())
    if (!names.includes(name)) throw bad(fields.at(name), name, `one of ${names.join(', ')}`)
}
