/** A report as Markdown (GitHub's dialect) that is also readable as it stands: tables are padded, nothing is HTML. */
import type {Block, TableRow, Tone} from './blocks.ts'

const MARKS: Readonly<Record<Tone, string>> = {good: '✓ ', bad: '✗ ', doubt: '? ', none: ''}
/** Cells wider than this are not padded to. */
const WIDEST = 40

export async function* markdownOf(blocks: AsyncIterable<Block>): AsyncGenerator<string> {
  for await (const block of blocks) yield `${textOf(block)}\n\n`
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${plain(block.text)}`
    case 'heading':
      return `${'#'.repeat(block.level)} ${plain(block.text)}`
    case 'text':
      return plain(block.text)
    case 'facts':
      return block.facts
        .map(({name, value, tone}) => `- **${plain(name)}**: ${MARKS[tone ?? 'none']}${plain(value)}`)
        .join('\n')
    case 'table':
      return table(block.head, block.rows, new Set(block.code))
    case 'plot':
      return `*${plain(block.label)}*`
    case 'signatures':
      return table(
        ['', ...block.lines],
        block.roles.map((role) => ({cells: [role, '', '', ''], tone: 'none'})),
        new Set(),
      )
  }
}

function table(head: readonly string[], rows: readonly TableRow[], code: ReadonlySet<number>): string {
  const cells = rows.map(({cells, tone}) =>
    head.map((_, index) => {
      const text = cells[index] ?? ''
      const mark = index === 0 ? MARKS[tone] : ''
      return mark + (code.has(index) ? codeSpans(text) : plain(text))
    }),
  )
  const heads = head.map(plain)
  const widths = heads.map((title, index) =>
    Math.min(
      WIDEST,
      cells.reduce((most, row) => Math.max(most, width(row[index] ?? '')), Math.max(3, width(title))),
    ),
  )
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, index) => padded(cell, widths[index] ?? 0)).join(' | ')} |`
  return [line(heads), `|${widths.map((wide) => '-'.repeat(wide + 2)).join('|')}|`, ...cells.map(line)].join('\n')
}

/** What Markdown or HTML would take for a sign of its own is escaped; a plain word stays as it is. */
function plain(text: string): string {
  return text
    .replace(/[\\`*<>[\]|~]/g, '\\$&')
    .replace(/(^|[^\p{L}\p{N}])_|_(?=[^\p{L}\p{N}]|$)/gu, (found) => found.replace('_', '\\_'))
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/^(#|[-+](?=\s))/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2')
    .replaceAll('\n', ' ')
}

/** A span a line; its fence is longer than any row of backticks in it. */
function codeSpans(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
      const fence = '`'.repeat(longest + 1)
      const space = longest > 0 ? ' ' : ''
      return `${fence}${space}${line.replaceAll('|', '\\|')}${space}${fence}`
    })
    .join(' ')
}

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g

/** Terminal cells: Chinese takes two. */
function width(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0)
}

function padded(text: string, wide: number): string {
  return text + ' '.repeat(Math.max(0, wide - width(text)))
}
