/** A workbook (ECMA-376, SpreadsheetML) of plain sheets: numbers as numbers, everything else as text that no spreadsheet runs. */
import {escapeXml} from '../../lib/escape-xml.ts'
import type {CellValue, Sheet} from './sheets.ts'
import {type ZipFile, zipOf} from './zip.ts'

/** What a sheet can hold: rows, and characters in a cell. */
const MAX_ROWS = 1_048_576
const MAX_CHARS = 32_767
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

export function xlsxOf(sheets: readonly Sheet[]): Generator<Buffer> {
  return zipOf(parts(sheets))
}

function* parts(sheets: readonly Sheet[]): Generator<ZipFile> {
  yield part('[Content_Types].xml', contentTypes(sheets.length))
  yield part(
    '_rels/.rels',
    `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  )
  const names = sheets.map(
    ({name}, index) => `<sheet name="${escapeXml(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  )
  yield part(
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.join('')}</sheets></workbook>`,
  )
  const targets = sheets.map(
    (_, index) =>
      `<Relationship Id="rId${index + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${index + 1}.xml"/>`,
  )
  yield part('xl/_rels/workbook.xml.rels', `<Relationships xmlns="${RELATIONS}">${targets.join('')}</Relationships>`)
  for (const [index, sheet] of sheets.entries())
    yield {name: `xl/worksheets/sheet${index + 1}.xml`, bytes: sheetXml(sheet)}
}

function contentTypes(count: number): string {
  const sheets = Array.from(
    {length: count},
    (_, index) => `<Override PartName="/xl/worksheets/sheet${index + 1}.xml" ContentType="${TYPES}.worksheet+xml"/>`,
  )
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/>${sheets.join('')}</Types>`
}

/** The first row stays in sight. A list longer than a sheet ends with a row that says so. */
function sheetXml({head, rows}: Sheet): Buffer {
  const chunks: Buffer[] = []
  let text = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>${rowXml(head)}`
  let written = 1
  for (const row of rows()) {
    if (written === MAX_ROWS - 1) {
      text += rowXml(['… more rows than a sheet can hold'])
      break
    }
    text += rowXml(row)
    written += 1
    if (text.length > 1_000_000) {
      chunks.push(Buffer.from(text))
      text = ''
    }
  }
  chunks.push(Buffer.from(`${text}</sheetData></worksheet>`))
  return Buffer.concat(chunks)
}

function rowXml(cells: readonly CellValue[]): string {
  return `<row>${cells.map(cellXml).join('')}</row>`
}

/** Cells stand in their order, so an empty one must stand there too. */
function cellXml(value: CellValue): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '<c/>'
  if (typeof value === 'number') return `<c><v>${value}</v></c>`
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(value.slice(0, MAX_CHARS))}</t></is></c>`
}

function part(name: string, xml: string): ZipFile {
  return {name, bytes: Buffer.from(XML + xml)}
}
