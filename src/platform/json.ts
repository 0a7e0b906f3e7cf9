/** JSON text that is known to hold a certain shape, so that stored rows go out without being parsed and written again. */

declare const shape: unique symbol

/** JSON text of a `T`. */
export type Json<T> = string & {readonly [shape]: T}

export function json<T>(value: T): Json<T> {
  return JSON.stringify(value) as Json<T>
}

/** JSON array of rows that are JSON already. */
export function jsonArray<T>(rows: readonly Json<T>[]): Json<readonly T[]> {
  return `[${rows.join(',')}]` as Json<readonly T[]>
}

/** JSON object of members that are JSON already; undefined ones are left out. */
export function jsonObject<T>(members: {readonly [K in keyof T]: Json<NonNullable<T[K]>> | undefined}): Json<T> {
  const parts: string[] = []
  for (const [name, member] of Object.entries(members)) {
    if (member !== undefined) parts.push(`${JSON.stringify(name)}:${member}`)
  }
  return `{${parts.join(',')}}` as Json<T>
}
