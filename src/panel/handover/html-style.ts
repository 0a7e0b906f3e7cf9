/** How the HTML report looks, on a screen and on A4 paper; marks are signs and words, colour only helps. */

export const STYLE = `
:root { color-scheme: light; --line: #c8ccd0; --soft: #f3f5f6; --bad: #a40e0e; --doubt: #7a5200; --good: #17632b; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #14181c; font: 14px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid #14181c; }
h3 { font-size: 1rem; margin: 1.3rem 0 .4rem; }
p { margin: .3rem 0; }
dl { margin: .4rem 0; }
dl div { display: grid; grid-template-columns: 11rem 1fr; gap: .8rem; padding: .15rem 0; border-bottom: 1px solid var(--soft); }
dt { color: #4a525a; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0; font-size: .86rem; }
th, td { text-align: left; vertical-align: top; padding: .28rem .45rem; border-bottom: 1px solid var(--line); }
td:not(.long) { word-break: keep-all; }
td.long { overflow-wrap: anywhere; }
th { background: var(--soft); font-weight: 600; }
td:first-child { white-space: nowrap; }
code { font: .82rem/1.4 ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; overflow-wrap: anywhere; }
a { color: inherit; }
tr.bad td:first-child::before, dd.bad::before { content: "✗ "; color: var(--bad); font-weight: 700; }
tr.doubt td:first-child::before, dd.doubt::before { content: "? "; color: var(--doubt); font-weight: 700; }
tr.good td:first-child::before, dd.good::before { content: "✓ "; color: var(--good); }
dd.bad { color: var(--bad); font-weight: 600; }
dd.doubt { color: var(--doubt); font-weight: 600; }
dd.good { color: var(--good); font-weight: 600; }
tr.bad { background: #fdf1f0; }
tr.doubt { background: #fdf8ec; }
figure { margin: .6rem 0; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { font-size: .82rem; color: #4a525a; }
.signatures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1.5rem; }
.signatures p { border-bottom: 1px solid #14181c; padding: 1.6rem 0 .1rem; font-size: .8rem; color: #4a525a; }
@page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; } }
@media print {
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  thead { display: table-header-group; }
  tr, figure, .signatures, dl div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .page { break-before: page; }
  a { text-decoration: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
