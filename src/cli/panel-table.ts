/** The table of `panel test --panels`: which panels, at which receiver, and what to say of them in the report. */
import {CitywatchError} from '../lib/errors.ts'
import {present} from '../lib/fields.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {Transport} from '../panel/attempt.ts'
import {accountIn, parseReceiver} from '../panel/receiver-address.ts'
import type {FleetTarget} from '../panel/suite/fleet.ts'
import {idOf} from '../panel/suite/fleet-row.ts'
import type {AccountKey, KeyForm} from '../protocol/dc09/key.ts'
import {headerKey, looksSecret} from '../site/header-text.ts'
import {sourceOf} from '../site/source.ts'
import {openTable} from '../site/table.ts'

type Keys = ReadonlyMap<string, AccountKey>

/** Names that a column may have; the first is the one that we write. */
const COLUMNS = {
  account: ['account', '用户编号', '账号'],
  receiver: ['receiver', '报警接收机', '接警机'],
  transport: ['transport', '传输'],
  keyForm: ['key_form', '密钥形式'],
  name: ['name', '名称'],
  site: ['site', '场所'],
  address: ['address', '地址'],
  maker: ['maker', 'manufacturer', '厂商'],
  model: ['model', '型号'],
  firmware: ['firmware', '固件版本', '固件'],
} as const

type Column = keyof typeof COLUMNS

/**
 * A row a panel. `common` serves the panels whose row names no receiver and transport. Throws CW_UNKNOWN_COLUMN, CW_BAD_VALUE and
 * CW_BAD_ADDRESS, which name the line, and what reading a table throws.
 */
export async function* panelRows(
  path: string,
  common: {readonly receiver: string | undefined; readonly transport: Transport},
  keys: Keys,
  warn: (text: string) => void,
): AsyncGenerator<FleetTarget> {
  const table = await openTable(await sourceOf(path, process.stdin), Object.values(COLUMNS).flat())
  const at = columnsIn(table.header, path, warn)
  const lines = new Map<string, number>()
  for await (const {line, cells} of table.rows) {
    const cell = (column: Column) => {
      const index = at.get(column)
      return (index === undefined ? undefined : cells[index]?.trim()) || undefined
    }
    const target = targetIn(cell, common, keys, `${path} line ${line}`)
    const before = lines.get(idOf(target))
    if (before !== undefined)
      throw bad(`${path} line ${line}`, `${target.account} again (line ${before})`, 'each panel once')
    lines.set(idOf(target), line)
    yield target
  }
}

function columnsIn(header: readonly string[], path: string, warn: (text: string) => void): ReadonlyMap<Column, number> {
  const found = new Map<Column, number>()
  for (const [index, title] of header.entries()) {
    const column = COLUMN_OF.get(headerKey(title))
    if (column !== undefined && !found.has(column)) found.set(column, index)
    else if (column === undefined && looksSecret(title))
      warn(`${path}: column ${safeText(title, 40)} is not read: keys come from --keys`)
  }
  if (!found.has('account')) {
    throw new CitywatchError('CW_UNKNOWN_COLUMN', {
      column: 'account',
      known: header.map((title) => safeText(title, 40)).join(', '),
    })
  }
  return found
}

const COLUMN_OF: ReadonlyMap<string, Column> = new Map(
  (Object.keys(COLUMNS) as Column[]).flatMap((column) =>
    COLUMNS[column].map((title) => [headerKey(title), column] as const),
  ),
)

function targetIn(
  cell: (column: Column) => string | undefined,
  common: {readonly receiver: string | undefined; readonly transport: Transport},
  keys: Keys,
  where: string,
): FleetTarget {
  const account = accountIn(`${where}, account`, cell('account') ?? '')
  const receiver = cell('receiver') ?? common.receiver
  if (receiver === undefined) throw bad(`${where}, receiver`, 'empty', 'HOST or HOST:PORT, here or as the argument')
  const key = keys.get(account)
  requireKey(cell('keyForm'), key, where)
  const text = (column: Column): SafeText | undefined => {
    const value = cell(column)
    return value === undefined ? undefined : safeText(value, 200)
  }
  return {
    account,
    ...parseReceiver(receiver),
    transport: transportIn(cell('transport'), where) ?? common.transport,
    key,
    panel: present({
      name: text('name'),
      site: text('site'),
      address: text('address'),
      maker: text('maker'),
      model: text('model'),
      firmware: text('firmware'),
    }),
  }
}

function transportIn(text: string | undefined, where: string): Transport | undefined {
  const name = text?.toLowerCase()
  if (name === undefined || name === 'tcp' || name === 'udp') return name
  throw bad(`${where}, transport`, safeText(name, 20), 'tcp or udp')
}

/** A panel that encrypts must not be tested in clear because its key was forgotten. */
function requireKey(form: string | undefined, key: AccountKey | undefined, where: string): void {
  if (form === undefined || NO_KEY.has(form.toLowerCase())) return
  const named = KEY_FORMS.find((one) => one === form.toLowerCase())
  if (named === undefined) throw bad(`${where}, key_form`, safeText(form, 20), 'hex, ascii, or nothing')
  if (key === undefined) throw bad(`${where}, key_form`, named, 'the key of this account in --keys')
}

const KEY_FORMS: readonly KeyForm[] = ['hex', 'ascii']
const NO_KEY: ReadonlySet<string> = new Set(['none', 'clear', '-'])

function bad(field: string, value: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value, expected})
}
