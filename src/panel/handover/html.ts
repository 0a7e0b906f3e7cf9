/** A report as one HTML file that needs no network and no script, and prints on A4. Every text is escaped here. */

import {escapeXml} from '../../lib/escape-xml.ts'
import {PAGE_END, pageHead} from '../../lib/html-page.ts'
import type {Block, Tone} from './blocks.ts'
import {STYLE} from './html-style.ts'
import {plotOf} from './plot.ts'

/** `lang`: the tag of the language; `title`: what the window and the print head say. */
export async function* htmlOf(blocks: AsyncIterable<Block>, lang: string, title: string): AsyncGenerator<string> {
  yield pageHead(lang, title, STYLE)
  for await (const block of blocks) yield* elementOf(block)
  yield PAGE_END
}

function* elementOf(block: Block): Generator<string> {
  switch (block.kind) {
    case 'title':
      yield `<h1>${escapeXml(block.text)}</h1>\n`
      return
    case 'heading': {
      const id = block.id === undefined ? '' : ` id="${escapeXml(block.id)}"`
      const page = block.page ? ' class="page"' : ''
      yield `<h${block.level}${id}${page}>${escapeXml(block.text)}</h${block.level}>\n`
      return
    }
    case 'text':
      yield `<p>${escapeXml(block.text)}</p>\n`
      return
    case 'facts':
      yield facts(block)
      return
    case 'table':
      yield* table(block)
      return
    case 'plot':
      yield `<figure>\n${plotOf(block.latency, block.label)}\n<figcaption>${escapeXml(block.label)}</figcaption>\n</figure>\n`
      return
    case 'signatures':
      yield signatures(block)
  }
}

function facts({facts: all}: Extract<Block, {kind: 'facts'}>): string {
  const items = all.map(
    ({name, value, tone}) => `<div><dt>${escapeXml(name)}</dt><dd${marked(tone)}>${escapeXml(value)}</dd></div>\n`,
  )
  return `<dl>\n${items.join('')}</dl>\n`
}

function* table({head: titles, rows, code = []}: Extract<Block, {kind: 'table'}>): Generator<string> {
  yield `<table>\n<thead><tr>${titles.map((title) => `<th scope="col">${escapeXml(title)}</th>`).join('')}</tr></thead>\n<tbody>\n`
  for (const {cells, tone, link} of rows) {
    const shown = cells.map((cell, index) => {
      const text = code.includes(index) ? codeLines(cell) : escapeXml(cell)
      return `<td${UNBROKEN.test(cell) ? ' class="long"' : ''}>${index === 0 && link !== undefined ? `<a href="#${escapeXml(link)}">${text}</a>` : text}</td>`
    })
    yield `<tr${marked(tone)}>${shown.join('')}</tr>\n`
  }
  yield '</tbody>\n</table>\n'
}

/** A word that may be broken anywhere, so that no column pushes the others off the page. */
const UNBROKEN = /\S{22}/

function codeLines(cell: string): string {
  return cell
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `<code>${escapeXml(line)}</code>`)
    .join('<br>')
}

function signatures({roles, lines}: Extract<Block, {kind: 'signatures'}>): string {
  const boxes = roles.map((role) => {
    const rules = lines.map((line) => `<p>${escapeXml(line)}</p>\n`)
    return `<section><h3>${escapeXml(role)}</h3>\n${rules.join('')}</section>\n`
  })
  return `<div class="signatures">\n${boxes.join('')}</div>\n`
}

function marked(tone: Tone = 'none'): string {
  return tone === 'none' ? '' : ` class="${tone}"`
}
