/** What `platform serve` writes on standard error while it runs: a line an event, for people or as JSON. */
import * as Flags from '@oclif/core/flags'
import type {Clock} from '../lib/clock.ts'
import {LOG_LEVELS, type Log, type LogFields, type LogLevel} from '../lib/log.ts'
import {safeText} from '../lib/safe-text.ts'

export const logFlags = {
  'log-format': Flags.option({
    options: ['text', 'json'] as const,
    default: 'text' as const,
    description: 'how events are written on standard error',
    helpGroup: 'LOG',
  })(),
  'log-level': Flags.option({
    options: LOG_LEVELS,
    default: 'info' as const,
    description: 'the least serious events that are written',
    helpGroup: 'LOG',
  })(),
}

interface LogChoice {
  readonly 'log-format': 'text' | 'json'
  readonly 'log-level': LogLevel
}

const MAX_FIELD = 512

/** One write a line. Fields that others chose cannot end the line or look like another field. */
export function logTo(out: {write(text: string): unknown}, choice: LogChoice, clock: Clock): Log {
  const least = LOG_LEVELS.indexOf(choice['log-level'])
  const lineOf = choice['log-format'] === 'json' ? jsonLine : textLine
  return {
    write(level, event, fields = {}) {
      if (LOG_LEVELS.indexOf(level) >= least)
        out.write(`${lineOf(new Date(clock.now()).toISOString(), level, event, safe(fields))}\n`)
    },
  }
}

type Safe = readonly (readonly [name: string, value: string | number | boolean])[]

function safe(fields: LogFields): Safe {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [[name, typeof value === 'string' ? safeText(value, MAX_FIELD) : value] as const]
  })
}

function jsonLine(at: string, level: LogLevel, event: string, fields: Safe): string {
  return JSON.stringify({at, level, event, ...Object.fromEntries(fields)})
}

function textLine(at: string, level: LogLevel, event: string, fields: Safe): string {
  const pairs = fields.map(
    ([name, value]) => `${name}=${/^[\w.:/@[\]-]+$/.test(String(value)) ? value : JSON.stringify(value)}`,
  )
  return [at, level.padEnd(5), event, ...pairs].join(' ')
}
