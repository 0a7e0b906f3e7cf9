/** A probe report that came from a file: the members that an observation is made of, read with distrust. */
import {bad, Fields, present} from '../lib/fields.ts'
import type {SafeText} from '../lib/safe-text.ts'
import {CHECKS} from '../model/cause.ts'
import {type Check, type ProbeReport, VERDICTS} from '../model/probe.ts'
import {causeIn, MAX_TIME, number, osdIn} from './observation.ts'

/** What an observation is made of. A report of `camera probe` fits as it is. */
export interface ProbedCamera
  extends Pick<
    ProbeReport,
    'camera' | 'name' | 'verdict' | 'cause' | 'checks' | 'clockOffsetMs' | 'clockUncertaintyMs' | 'at'
  > {
  readonly identity?: {readonly manufacturer: SafeText}
  readonly stream?: {
    readonly firstPacketMs?: number
    readonly firstKeyFrameMs?: number
    readonly packets: number
    readonly lost: number
  }
  readonly osd?: readonly SafeText[]
  readonly retentionDays?: number
}

const MAX_MS = 86_400_000
const STATUSES = ['ok', 'warn', 'fail', 'skipped'] as const

/** From one object of `camera probe --json`. Throws CW_BAD_VALUE naming the member. */
export function parseProbedCamera(value: unknown): ProbedCamera {
  const fields = new Fields(value, '')
  const checks = fields.list('checks', CHECKS.length, parseCheck)
  const missing = CHECKS.find((name, index) => checks[index]?.name !== name)
  if (missing) throw bad('checks', missing, 'every check once, in their order')
  return {
    camera: fields.key('camera', 256),
    verdict: fields.oneOf('verdict', VERDICTS),
    checks,
    at: fields.integer('at', 0, MAX_TIME),
    ...present({
      name: fields.optionalText('name', 128),
      cause: causeIn(fields),
      clockOffsetMs: number(fields, 'clockOffsetMs', -MAX_TIME, MAX_TIME),
      clockUncertaintyMs: number(fields, 'clockUncertaintyMs', 0, MAX_MS),
      identity: fields.has('identity')
        ? {manufacturer: fields.object('identity').text('manufacturer', 128)}
        : undefined,
      stream: fields.has('stream') ? parseStream(fields.object('stream')) : undefined,
      osd: osdIn(fields),
      retentionDays: number(fields, 'retentionDays', 0, 100_000),
    }),
  }
}

function parseCheck(value: unknown, where: string): Check {
  const fields = new Fields(value, where)
  return {
    name: fields.oneOf('name', CHECKS),
    status: fields.oneOf('status', STATUSES),
    durationMs: fields.number('durationMs', 0, MAX_MS),
    ...present({cause: causeIn(fields)}),
  }
}

function parseStream(fields: Fields): NonNullable<ProbedCamera['stream']> {
  return {
    packets: fields.integer('packets', 0, 1_000_000_000),
    lost: fields.integer('lost', 0, 1_000_000_000),
    ...present({
      firstPacketMs: number(fields, 'firstPacketMs', 0, MAX_MS),
      firstKeyFrameMs: number(fields, 'firstKeyFrameMs', 0, MAX_MS),
    }),
  }
}
