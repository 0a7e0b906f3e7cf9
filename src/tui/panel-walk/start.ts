/** One walk test from its flags to its report: on a screen or in lines, and in order however it ends. */

import {type Interrupt, onInterrupt} from '../../cli/interrupt.ts'
import {onOutputLoss} from '../../cli/output-loss.ts'
import {beginWalk, type Surroundings, type WalkFlags} from '../../cli/panel-walk.ts'
import {beginningLines, guardText, reportText} from '../../cli/render/walk.ts'
import {parseDuration} from '../../lib/duration.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {EndLine} from '../../panel/walk/lines.ts'
import {reportOf, type WalkReport} from '../../panel/walk/report.ts'
import {windowAt} from '../../panel/walk/state.ts'
import type {Walk} from '../../panel/walk/walk.ts'

export type Format = 'screen' | 'tsv' | 'jsonl' | 'none'

type Wishes = WalkFlags & {readonly ascii: boolean; readonly bell: boolean}

/** Sets the exit status 130 or 143 on an interrupt, 5 when the platform could not be told of the end. Throws as `beginWalk`. */
export async function runWalk(
  format: Format,
  flags: Wishes,
  surroundings: Omit<Surroundings, 'signal'>,
): Promise<WalkReport> {
  const stop = onInterrupt()
  const loss = onOutputLoss()
  try {
    return await walked(format, flags, surroundings, stop, loss.signal)
  } finally {
    loss.release()
    stop.release()
  }
}

async function walked(
  format: Format,
  flags: Wishes,
  surroundings: Omit<Surroundings, 'signal'>,
  stop: Interrupt,
  loss: AbortSignal,
): Promise<WalkReport> {
  const signal = AbortSignal.any([stop.signal, loss])
  const {clock, note} = surroundings
  const timeoutMs = flags.timeout === undefined ? undefined : parseDuration(flags.timeout, '--timeout')
  const {walk, beginning} = await beginWalk(flags, {...surroundings, signal})
  let how: EndLine['how'] = 'stopped'
  try {
    const lines = [
      guardText(walk.state(), clock.now(), walk.options.receiver),
      ...beginningLines(beginning, walk.state()),
    ]
    for (const line of lines) note(line)
    how = await (format === 'screen'
      ? onScreen(walk, flags, signal, lines.slice(1))
      : inLines(walk, format, {signal, timeoutMs, note}))
  } finally {
    await ended(walk, how, note)
  }
  return reported(walk, how, format, note)
}

async function onScreen(walk: Walk, {ascii, bell}: Wishes, signal: AbortSignal, news: readonly string[]) {
  const {walkScreen} = await import('./run.tsx')
  return walkScreen({walk, signal, ascii, bell, news})
}

async function inLines(
  walk: Walk,
  format: Exclude<Format, 'screen'>,
  rest: {readonly signal: AbortSignal; readonly timeoutMs: number | undefined; readonly note: (text: string) => void},
) {
  const {walkPlain} = await import('./plain.ts')
  return walkPlain({walk, format, ...rest, print: (line) => process.stdout.write(`${line}\n`)})
}

/** That the centre could not be told is no reason to lose the report. */
async function ended(walk: Walk, how: EndLine['how'], note: (text: string) => void): Promise<void> {
  const window = windowAt(walk.state(), walk.options.clock.now())
  try {
    await walk.end(how)
  } catch (error) {
    if (!isCitywatchError(error) || error.code === 'CW_DISK_FULL' || error.code === 'CW_IO') throw error
    process.exitCode ||= 5
    const until = window ? ` It ends by itself at ${new Date(window.until).toISOString()}.` : ''
    note(`THE ACCOUNT IS STILL ON TEST: the platform could not be told (${error.code}).${until}`)
  }
}

function reported(walk: Walk, how: EndLine['how'], format: Format, note: (text: string) => void): WalkReport {
  const report = reportOf(walk.state())
  if (how === 'off-test') note('ended: the account is no longer on test, what comes now is real')
  if (how === 'timeout') note('ended: the time is over')
  if (how === 'timeout' && walk.link.link === 'lost') process.exitCode ||= 5
  const text = reportText(report).join('\n')
  if (format === 'jsonl') process.stdout.write(`${JSON.stringify({report})}\n`)
  if (format === 'screen') process.stdout.write(`${text}\n`)
  else note(text)
  return report
}
