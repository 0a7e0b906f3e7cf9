/** What a running program says of itself: events with plain fields, never a secret. */

/** From the least to the most serious. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  /** `event` is a word of a fixed set: `login.failed`. Fields may be of others' making: the sink makes them safe. */
  write(level: LogLevel, event: string, fields?: LogFields): void
}

export const SILENT: Log = {write: () => undefined}
