/** What separates the columns of a text table: the separator that its first record uses most. */

/** The first wins where two are used alike: a comma stands in texts too. */
const DELIMITERS = ['\t', '|', ';', ','] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** Undefined when the first record holds none of them outside quotes: then it is no table. */
export function sniffDelimiter(text: string): Delimiter | undefined {
  const record = firstRecord(text).replace(/"(?:[^"]|"")*"/g, '')
  const counts = DELIMITERS.map((delimiter) => ({delimiter, count: record.split(delimiter).length - 1}))
  const best = counts.reduce((most, next) => (next.count > most.count ? next : most))
  return best.count > 0 ? best.delimiter : undefined
}

/** The first line with content, up to a line break that is not inside quotes. */
export function firstRecord(text: string): string {
  const start = text.search(/[^\r\n]/)
  if (start < 0) return ''
  let quoted = false
  for (let index = start; index < text.length; index++) {
    const char = text[index]
    if (char === '"') quoted = !quoted
    else if (!quoted && (char === '\n' || char === '\r')) return text.slice(start, index)
  }
  return text.slice(start)
}
