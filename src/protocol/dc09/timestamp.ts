/** The time at the end of a frame: UTC, month before day. */

const FORM = /^(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})$/

/** `HH:MM:SS,MM-DD-YYYY` of a time in ms since the epoch; fractions of a second are dropped. */
export function formatTimestamp(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T')
  const [year, month, day] = date.split('-')
  return `${time.slice(0, 8)},${month}-${day}-${year}`
}

/** Ms since the epoch; undefined for what is no time or no day of the calendar. */
export function parseTimestamp(text: string): number | undefined {
  const match = FORM.exec(text)
  if (!match) return undefined
  const [hour = 0, minute = 0, second = 0, month = 0, day = 0, year = 0] = match.slice(1).map(Number)
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1 || year < 1970) return undefined
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  // A day that its month does not have would be one of the next.
  return new Date(at).getUTCDate() === day ? at : undefined
}
