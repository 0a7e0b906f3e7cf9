/** A line of a record read with distrust: it is a file that anybody may have written to. */
import {Fields, present} from '../../lib/fields.ts'
import type {LineHead, OverrideLine, PanelLine, RunLine, SuiteRecordLine, UnreachedLine} from './lines.ts'
import {fingerprintIn, suiteReportIn} from './suite-report.ts'

const MAX_TIME = 8_640_000_000_000_000
const MAX_NAME = 200
const MAX_DETAIL = 1_000

/** Undefined for a line of another kind. Throws CW_BAD_VALUE naming the member. */
export function parseRecordLine(value: unknown): SuiteRecordLine | undefined {
  const fields = new Fields(value, '')
  const type = fields.text('type', MAX_NAME)
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
  return read?.(fields, {at: fields.integer('at', 0, MAX_TIME), account: accountOf(fields)})
}

const READERS: Readonly<Record<string, (fields: Fields, head: LineHead) => SuiteRecordLine>> = {
  run,
  panel,
  suite: (fields, head) => ({type: 'suite', ...head, report: suiteReportIn(fields.object('report'))}),
  unreached,
  override,
}

/** The types of line that a suite writes. */
export const SUITE_TYPES: readonly string[] = Object.keys(READERS)

function accountOf(fields: Fields): string {
  return fields.matching('account', /^[0-9A-F]{3,16}$/, '3 to 16 hex digits in upper case')
}

function run(fields: Fields, head: LineHead): RunLine {
  return {
    type: 'run',
    ...head,
    test: fields.oneOf('test', ['walk', 'suite', 'supervision', 'load']),
    by: fields.text('by', MAX_NAME),
    tool: fields.text('tool', MAX_NAME),
    receiver: fields.text('receiver', MAX_NAME),
    ...present({transport: fields.has('transport') ? fields.oneOf('transport', ['tcp', 'udp']) : undefined}),
    key: fingerprintIn(fields),
  }
}

function panel(fields: Fields, head: LineHead): PanelLine {
  const text = (name: string) => fields.optionalText(name, MAX_NAME)
  return {
    type: 'panel',
    ...head,
    ...present({
      name: text('name'),
      site: text('site'),
      address: text('address'),
      maker: text('maker'),
      model: text('model'),
      firmware: text('firmware'),
    }),
  }
}

function unreached(fields: Fields, head: LineHead): UnreachedLine {
  return {
    type: 'unreached',
    ...head,
    receiver: fields.text('receiver', MAX_NAME),
    transport: fields.oneOf('transport', ['tcp', 'udp']),
    key: fingerprintIn(fields),
    code: fields.oneOf('code', ['CW_UNREACHABLE', 'CW_TIMEOUT']),
    detail: fields.text('detail', MAX_DETAIL),
  }
}

function override(fields: Fields, head: LineHead): OverrideLine {
  return {type: 'override', ...head, by: fields.text('by', MAX_NAME), receiver: fields.text('receiver', MAX_NAME)}
}
