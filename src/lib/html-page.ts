/** The frame of a report that is one HTML file, without script and without network. */
import {escapeXml} from './escape-xml.ts'

/** The policy forbids whatever an escape that was forgotten could start. `style` is CSS of ours. */
export function pageHead(lang: string, title: string, style: string): string {
  return `<!DOCTYPE html>
<html lang="${escapeXml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
`
}

export const PAGE_END = '</main>\n</body>\n</html>\n'
