/** How every bench prints: what was measured, the ratio, the limit, and whether it holds. */

export interface Row {
  readonly what: string
  readonly measured: string
  readonly ratio: string
  readonly limit: string
  readonly holds: boolean
}

export function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title} (node ${process.version}, ${process.platform}-${process.arch})`)
  for (const {what, measured, ratio, limit, holds} of rows) {
    console.log(
      `  ${holds ? 'holds ' : 'MISSES'}  ${what.padEnd(44)} ${ratio.padStart(10)}  ${limit.padStart(12)}   ${measured}`,
    )
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
