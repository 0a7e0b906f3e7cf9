/** Names of what is asked for by account and time: what was fired, what was handed over. */

/** Times are asked for by the minute, so that the signals of a batch ask alike. */
const STEP_MS = 60_000
/** What stands for "all of them". */
const NO_LIMIT = 2 ** 31 - 1

/** `account since limit`: open alarms that fired since then, the latest of them. */
export function alarmsName(account: string, since: number, limit: number = NO_LIMIT): string {
  return `${account} ${floorOf(since)} ${limit}`
}

/** `account since`: hand-overs that wait, or have changed since then. */
export function handoffsName(account: string, since: number): string {
  return `${account} ${floorOf(since)}`
}

function floorOf(at: number): number {
  return Math.floor(at / STEP_MS) * STEP_MS
}

/** The parts of names; accounts may have spaces, numbers have none. */
export function partsOfName(name: string, count: 2 | 3): [account: string, ...numbers: number[]] {
  const parts = name.split(' ')
  const numbers = parts.splice(1 - count).map(Number)
  return [parts.join(' '), ...numbers]
}
