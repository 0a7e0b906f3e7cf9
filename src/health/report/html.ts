/** The report as one HTML file without script and without network, that prints on A4. Every text is escaped here; drawings escape theirs. */
import {escapeXml} from '../../lib/escape-xml.ts'
import {PAGE_END, pageHead} from '../../lib/html-page.ts'
import type {Block, Line} from './blocks.ts'

export function* htmlOf(blocks: Iterable<Block>, lang: string, title: string): Generator<string> {
  yield pageHead(lang, title, STYLE)
  for (const block of blocks) yield element(block)
  yield PAGE_END
}

function element(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escapeXml(block.text)}</h1>\n`
    case 'heading':
      return `<h2>${escapeXml(block.text)}</h2>\n`
    case 'text':
      return `<p>${escapeXml(block.text)}</p>\n`
    case 'drawing':
      return `<figure>\n${block.svg}\n<figcaption>${escapeXml(block.label)}</figcaption>\n</figure>\n`
    case 'table': {
      const head = block.head.map((title) => `<th scope="col">${escapeXml(title)}</th>`).join('')
      return `<table>\n${head === '' ? '' : `<thead><tr>${head}</tr></thead>\n`}<tbody>\n${block.lines.map(row).join('')}</tbody>\n</table>\n`
    }
  }
}

function row({cells, tone}: Line): string {
  const inside = cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('')
  return `<tr${tone === 'none' ? '' : ` class="${tone}"`}>${inside}</tr>\n`
}

const STYLE = `
:root { color-scheme: light; --line: #c8ccd0; --soft: #f3f5f6; --bad: #a40e0e; --doubt: #7a5200; --good: #17632b; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #14181c; font: 14px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid #14181c; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; font-size: .86rem; }
th, td { text-align: left; vertical-align: top; padding: .28rem .45rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { background: var(--soft); font-weight: 600; }
tr.bad td:first-child::before { content: "✗ "; color: var(--bad); font-weight: 700; }
tr.doubt td:first-child::before { content: "? "; color: var(--doubt); font-weight: 700; }
tr.good td:first-child::before { content: "✓ "; color: var(--good); font-weight: 700; }
figure { margin: .6rem 0; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { font-size: .82rem; color: #4a525a; }
@page { size: A4; margin: 16mm 14mm 18mm; }
@media print {
  body { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
