/** The report as Markdown (GitHub's dialect): tables for everything, also for what HTML draws; nothing in it is HTML. */
import type {Block, Line, Tone} from './blocks.ts'

const MARKS: Readonly<Record<Tone, string>> = {good: '✓ ', bad: '✗ ', doubt: '? ', none: ''}

export function* markdownOf(blocks: Iterable<Block>): Generator<string> {
  for (const block of blocks) {
    const text = textOf(block)
    if (text !== '') yield `${text}\n\n`
  }
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${plain(block.text)}`
    case 'heading':
      return `## ${plain(block.text)}`
    case 'text':
      return plain(block.text)
    case 'drawing':
      return `*${plain(block.label)}*`
    case 'table':
      return table(block.head, block.lines)
  }
}

function table(head: readonly string[], lines: readonly Line[]): string {
  const columns = Math.max(head.length, ...lines.map(({cells}) => cells.length))
  const cells = (all: readonly string[]) =>
    `| ${Array.from({length: columns}, (_, index) => plain(all[index] ?? '')).join(' | ')} |`
  return [
    cells(head),
    `|${' --- |'.repeat(columns)}`,
    ...lines.map((one) => cells(one.cells.map((cell, index) => (index === 0 ? MARKS[one.tone] : '') + cell))),
  ].join('\n')
}

/** What Markdown or HTML would take for a sign of its own is escaped. */
function plain(text: string): string {
  return text
    .replace(/[\\`*<>[\]|~_]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '\\&')
    .replace(/^(#|[-+](?=\s))/, '\\$1')
    .replaceAll('\n', ' ')
}
