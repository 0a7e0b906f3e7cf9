/** One row of the file as a draft of a camera, panel or zone, with everything that is wrong with it. */
import {parseDuration} from '../lib/duration.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {type SafeText, safeName, safeText} from '../lib/safe-text.ts'
import type {Position} from '../model/device.ts'
import {jurisdictionOf} from '../model/jurisdiction.ts'
import {MAX_INTERVAL_MS, MIN_INTERVAL_MS} from '../model/supervision.ts'
import {FOREIGN_PORTS, isPort, xaddrOf} from './address.ts'
import {CellReader, code, MAX_KEY, ROUNDED} from './cells.ts'
import {coordinatesOf, pairOf} from './coordinates.ts'
import type {Row} from './csv.ts'
import {type Draft, MAX_EXTRA_CHARS, MAX_EXTRA_COLUMNS} from './draft.ts'
import {holdsRegionCodes} from './fields.ts'
import type {Column, Mapping} from './mapping.ts'
import {type Finding, RULES, type RuleId} from './rules.ts'
import {defaultZoneKey, zoneOf} from './zone-cells.ts'

export interface Reading {
  /** Absent when an error rejects the row. */
  readonly draft?: Draft
  readonly findings: readonly Finding[]
}

/** What holds for all rows of a file. */
export interface RowContext {
  readonly mapping: Mapping
  /** Put before every jurisdiction. */
  readonly prefix: readonly string[]
  /** Columns of the header. */
  readonly width: number
  /** Kind of the rows that do not say theirs; absent: told by what they have. */
  readonly kind?: Draft['kind'] | undefined
}

export function readRow(row: Row, {mapping, prefix, width, kind: unsaid}: RowContext): Reading {
  const shape = shapeFindings(row, mapping, width)
  if (shape.some(({severity}) => severity === 'error')) return {findings: shape}
  const cells = new CellReader(row, mapping, shape)
  const kind = kindOf(cells, unsaid)
  const account = accountOf(cells, kind)
  const zone = kind === 'zone' ? zoneOf(cells) : undefined
  const key = keyOf(cells, zone && defaultZoneKey(account ?? '', zone))
  const name = nameOf(cells)
  const site = code(cells, 'site')
  const siteName = cells.text('siteName')
  const jurisdiction = jurisdictionIn(cells, prefix)
  const xaddr = kind === 'camera' ? addressOf(cells) : undefined
  const position = positionOf(cells)
  const owner = cells.text('owner')
  const supervision = supervisionOf(cells, kind)
  const extra = extraOf(cells, mapping.extra)
  if (cells.rejected) return {findings: cells.findings}
  const draft: Draft = {
    kind,
    line: row.line,
    key,
    name,
    ...(site && {site}),
    ...(siteName && {siteName: safeName(siteName)}),
    ...(jurisdiction !== undefined && {jurisdiction}),
    ...(xaddr && {xaddr}),
    ...(position && kind === 'camera' && {position}),
    ...(owner && kind === 'camera' && {owner: safeName(owner)}),
    ...(account && {account}),
    ...(kind === 'panel' && makeOf(cells)),
    ...supervision,
    ...zone,
    ...(extra && kind === 'camera' && {extra}),
  }
  return {draft, findings: cells.findings}
}

/** A row with too many or too few cells may be shifted: its cells are not shown, since one of them may be a password. */
function shapeFindings({line, cells}: Row, mapping: Mapping, width: number): Finding[] {
  const found = (rule: RuleId, column?: Column): Finding => {
    const where = column && {letter: column.letter}
    return {line, ...where, rule, severity: RULES[rule]}
  }
  if (cells.slice(width).some((cell) => cell.trim() !== '')) return [found('row-long')]
  const unnamed = mapping.unnamed.filter(({index}) => (cells[index] ?? '').trim() !== '')
  if (unnamed.length > 0) return unnamed.map((column) => found('header-empty', column))
  if (cells.length >= width) return []
  return [found(mapping.secret.length > 0 ? 'row-shifted' : 'row-short')]
}

/** Longest address that the platform takes. */
const MAX_URL = 512

const KINDS: Readonly<Record<string, Draft['kind']>> = {
  camera: 'camera',
  摄像机: 'camera',
  摄像头: 'camera',
  监控点: 'camera',
  panel: 'panel',
  报警主机: 'panel',
  报警控制器: 'panel',
  zone: 'zone',
  防区: 'zone',
}

function kindOf(cells: CellReader, unsaid: Draft['kind'] | undefined): Draft['kind'] {
  const text = cells.text('kind').toLowerCase()
  if (text === '') return unsaid ?? kindByContent(cells)
  const kind = Object.hasOwn(KINDS, text) ? KINDS[text] : undefined
  if (!kind) cells.report('kind-unknown', 'kind')
  return kind ?? 'camera'
}

function kindByContent(cells: CellReader): Draft['kind'] {
  if (cells.text('account') === '') return 'camera'
  return cells.text('zone') === '' ? 'panel' : 'zone'
}

/** `own`: the key of a device that needs none in the file. */
function keyOf(cells: CellReader, own?: string): string {
  const key = code(cells, 'key') || (own ?? '')
  if (key === '') cells.report('key-missing', 'key')
  return key
}

function nameOf(cells: CellReader): SafeText {
  const text = cells.text('name')
  const name = safeName(text)
  if (name === '') cells.report('name-missing', 'name')
  else if (name.endsWith('…') && !text.endsWith('…')) cells.report('name-long', 'name')
  return name
}

/** The path down to the first empty level; undefined when the row says nothing about it. */
function jurisdictionIn(cells: CellReader, prefix: readonly string[]): string | undefined {
  const columns = cells.columns('jurisdiction')
  if (columns.length === 0) return prefix.length > 0 ? jurisdictionOf(prefix) : undefined
  const levels: string[] = []
  for (const column of columns) {
    const text = cells.cell(column).normalize('NFKC')
    if (ROUNDED.test(text)) cells.report('spreadsheet-damage', column)
    if (text === '') {
      cells.report('jurisdiction-empty', column)
      break
    }
    levels.push(...(holdsRegionCodes(column.name) ? codeLevels(text) : [text]))
  }
  if (levels.length === 0) return undefined
  try {
    const path = jurisdictionOf([...prefix, ...levels])
    // The path is the key of a site where the file names none.
    if (path.length > MAX_KEY) cells.report('jurisdiction-form', 'jurisdiction')
    return path
  } catch (error) {
    if (!isCitywatchError(error, 'CW_BAD_VALUE')) throw error
    cells.report('jurisdiction-form', 'jurisdiction')
    return undefined
  }
}

/** 440305 → 44, 4403, 440305; a police code of 12 digits begins so and is the level below (GB/T 2260). */
function codeLevels(text: string): string[] {
  if (!/^[1-8]\d{5}(?:\d{6})?$/.test(text)) return [text]
  const levels = [text.slice(0, 2), text.slice(0, 4), text.slice(0, 6)]
  return text.length === 6 ? levels : [...levels, text]
}

function addressOf(cells: CellReader): string | undefined {
  const field = cells.text('xaddr') === '' ? 'address' : 'xaddr'
  const text = cells.text(field)
  const portText = cells.text('port')
  const port = portText === '' ? undefined : Number(portText.normalize('NFKC'))
  if (port !== undefined && !isPort(port)) cells.report('port-range', 'port')
  if (port !== undefined && FOREIGN_PORTS.has(port)) cells.report('port-foreign', 'port')
  if (text === '') return undefined
  if (cells.raw(cells.columns(field)[0]!).includes('@')) cells.report('address-login', field)
  const xaddr = xaddrOf(text, port !== undefined && isPort(port) ? port : undefined)
  if (!xaddr || xaddr.length > MAX_URL) cells.report('address-form', field)
  return xaddr
}

function positionOf(cells: CellReader): Position | undefined {
  const latitude = cells.text('latitude')
  const longitude = cells.text('longitude')
  if (latitude === '' && longitude === '') return pointOf(cells)
  const found = coordinatesOf(latitude, longitude)
  if (found && 'rule' in found) cells.report(found.rule, cells.columns(found.at).length > 0 ? found.at : 'latitude')
  return found && 'position' in found ? found.position : undefined
}

/** A point whose axes are certainly exchanged is read the other way round: some cities write all of theirs so. */
function pointOf(cells: CellReader): Position | undefined {
  const text = cells.text('position')
  if (text === '') return undefined
  const pair = pairOf(text)
  if (!pair) {
    cells.report('position-form', 'position')
    return undefined
  }
  const found = coordinatesOf(...pair)
  const exchanged = found && 'rule' in found && found.rule === 'coordinates-swapped'
  const read = exchanged ? coordinatesOf(pair[1], pair[0]) : found
  if (exchanged) cells.report('position-axes', 'position')
  else if (read && 'rule' in read) cells.report(read.rule, 'position')
  return read && 'position' in read ? read.position : undefined
}

function accountOf(cells: CellReader, kind: Draft['kind']): string | undefined {
  const text = cells.text('account').normalize('NFKC').toUpperCase()
  if (kind === 'camera') {
    if (text !== '') cells.report('account-unused', 'account')
    return undefined
  }
  if (text === '') cells.report('account-missing', 'account')
  else if (ROUNDED.test(text)) cells.report('spreadsheet-damage', 'account')
  else if (!/^[0-9A-F]{3,16}$/.test(text)) cells.report('account-form', 'account')
  return text
}

/** What a panel is, for the hand-over report. */
function makeOf(cells: CellReader): Pick<Draft, 'maker' | 'model' | 'firmware'> {
  const [maker, model, firmware] = [cells.text('maker'), cells.text('model'), cells.text('firmware')].map(safeName)
  return {...(maker && {maker}), ...(model && {model}), ...(firmware && {firmware})}
}

/** `90s`, `25h`, or `off` for what nobody waits for; an empty cell says nothing, and a zone's panel speaks for it. */
function supervisionOf(cells: CellReader, kind: Draft['kind']): Pick<Draft, 'supervisionMs'> {
  const text = cells.text('supervision').normalize('NFKC').toLowerCase()
  if (text === '' || kind === 'zone') return {}
  if (UNSUPERVISED.has(text)) return {supervisionMs: null}
  const ms = millisecondsOf(text)
  if (ms !== undefined && ms >= MIN_INTERVAL_MS && ms <= MAX_INTERVAL_MS) return {supervisionMs: ms}
  cells.report('supervision-form', 'supervision')
  return {}
}

const UNSUPERVISED = new Set(['off', '关闭', '不监测', '否'])

function millisecondsOf(text: string): number | undefined {
  try {
    return parseDuration(text, 'supervision')
  } catch (error) {
    if (isCitywatchError(error, 'CW_BAD_VALUE')) return undefined
    throw error
  }
}

/** Unmapped cells under their own header, verbatim but safe, as far as they fit. */
function extraOf(cells: CellReader, columns: readonly Column[]): Record<string, SafeText> | undefined {
  const kept: [string, SafeText][] = []
  let size = 0
  for (const column of columns) {
    const value = safeText(cells.cell(column))
    if (value === '') continue
    size += value.length + column.name.length
    if (size > MAX_EXTRA_CHARS || kept.length === MAX_EXTRA_COLUMNS) {
      cells.report('extra-cut', column)
      break
    }
    kept.push([column.name, value])
  }
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}
