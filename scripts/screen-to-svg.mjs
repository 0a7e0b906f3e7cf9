// Makes a picture of a terminal screen: tmux capture-pane -e -p | node scripts/screen-to-svg.mjs > docs/monitor.svg
// Knows the eight colours, bold, dim and inverse: what citywatch draws with.
import {readFileSync} from 'node:fs'
import stringWidth from 'string-width'

const CELL = {width: 8.4, height: 18}
const MARGIN = 12
const COLOURS = ['#3b4252', '#d0606a', '#8fbf7f', '#e0b75b', '#6f9bd1', '#b48ead', '#6fb3bf', '#d8dee9']
const PLAIN = {colour: '#d8dee9', bold: false, dim: false, inverse: false}
const BACKGROUND = '#1e222a'

const lines = readFileSync(0, 'utf8').replace(/\n+$/, '').split('\n')
const columns = Math.max(80, ...lines.map((line) => stringWidth(line)))
/** What an SGR code changes; the colours are apart. */
const CHANGES = new Map([
  [0, PLAIN],
  [1, {bold: true}],
  [2, {dim: true}],
  [22, {bold: false, dim: false}],
  [7, {inverse: true}],
  [27, {inverse: false}],
  [39, {colour: PLAIN.colour}],
])

let style = PLAIN
const body = lines.map(draw).join('\n')
const width = Math.ceil(columns * CELL.width + 2 * MARGIN)
const height = Math.ceil(lines.length * CELL.height + 2 * MARGIN)
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace" font-size="14">
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${body}
</svg>
`)

function draw(line, row) {
  let column = 0
  const parts = []
  for (const part of line.split(/(\u001B\[[\d;]*m)/)) {
    const sgr = /^\u001B\[([\d;]*)m$/.exec(part)
    if (sgr) style = restyle(style, sgr[1])
    else {
      for (const run of runs(part)) {
        parts.push(text(run, column, row))
        column += stringWidth(run)
      }
    }
  }
  return parts.join('')
}

/** Wide and narrow characters apart: a font's idea of "wide" is not the terminal's. */
function runs(part) {
  return (
    part.match(
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]+|[^\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]+/g,
    ) ?? []
  )
}

function text(part, column, row) {
  const x = MARGIN + column * CELL.width
  const y = MARGIN + row * CELL.height
  const cells = stringWidth(part) * CELL.width
  const back = style.inverse
    ? `<rect x="${x}" y="${y}" width="${cells.toFixed(1)}" height="${CELL.height}" fill="${style.colour}"/>`
    : ''
  if (part.trim() === '') return back
  const fill = style.inverse ? BACKGROUND : style.colour
  const weight = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`
  return `${back}<text x="${x.toFixed(1)}" y="${y + 13.5}" fill="${fill}"${weight} textLength="${cells.toFixed(1)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(part)}</text>`
}

function restyle(from, codes) {
  let now = from
  for (const code of codes.split(';').map(Number)) {
    const coloured = (code >= 30 && code <= 37) || (code >= 90 && code <= 97)
    now = {...now, ...(coloured ? {colour: COLOURS[code % 10]} : CHANGES.get(code))}
  }
  return now
}

function escaped(raw) {
  return raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
