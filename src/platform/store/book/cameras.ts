/** How the state of cameras enters log and alarms: only what changed, whoever told it and however often. */

import {safeText} from '../../../lib/safe-text.ts'
import {CAMERA_MEANINGS, type CameraEvent, cameraStateKey} from '../../../model/camera-event.ts'
import type {Camera} from '../../../model/device.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import type {Verdict} from '../../../model/probe.ts'
import type {Signal} from '../../../model/signal.ts'
import type {CameraOutcome, CameraWrite, ProbeWrite} from '../port.ts'
import type {Book} from './book.ts'
import {nameOf} from './save-alarm.ts'
import {changeAlarm} from './signals.ts'

/** What is kept of one condition of one camera; nothing is kept of one that does not hold and is not in doubt. */
interface CameraState {
  readonly active: boolean
  /** Probes in a row that said otherwise. */
  readonly against?: number
  /** When the last of them was made, ms. */
  readonly at?: number
}

/** Under which kind it is kept. */
const KEPT_CAMERA = 'camera'
const AT_REST: CameraState = {active: false}

/** A state that the camera was known to be in writes nothing: not an alarm, not a row. */
export function writeCamera(book: Book, write: CameraWrite): CameraOutcome {
  const {event} = write
  const camera = cameraOf(book, event.camera)
  if (camera === undefined) return 'unknown-camera'
  const key = cameraStateKey(event)
  if (stateOf(book, key).active === event.active) return 'unchanged'
  return changed(book, camera, write)
}

/**
 * The verdict of a probe changes a camera's state only after `after` in a row that say so; one that could not judge says
 * nothing, and one that is older than what is known, or the same again, is passed over.
 */
export function writeProbe(book: Book, {at, after, report}: ProbeWrite, via: EventOrigin): CameraOutcome {
  const camera = cameraOf(book, report.camera)
  if (camera === undefined) return 'unknown-camera'
  const event = faultOf(report)
  if (event === undefined) return 'unchanged'
  const key = cameraStateKey(event)
  const state = stateOf(book, key)
  const probedAt = Math.min(report.at, at)
  if (state.at !== undefined && probedAt <= state.at) return 'unchanged'
  const against = event.active === state.active ? 0 : (state.against ?? 0) + 1
  if (against >= after) return changed(book, camera, {at, event, raises: true}, probedAt, via)
  if (against !== (state.against ?? 0))
    keep(book, key, {active: state.active, at: probedAt, ...(against ? {against} : {})})
  return 'unchanged'
}

/** True when no camera of the inventory has the key. */
export function isUnknownCamera(book: Book, key: string): boolean {
  return book.device('camera', key) === undefined
}

function changed(
  book: Book,
  camera: Camera,
  {at, event, raises}: CameraWrite,
  probedAt?: number,
  via?: EventOrigin,
): CameraOutcome {
  const {code, ...meaning} = CAMERA_MEANINGS[event.condition]
  const key = cameraStateKey(event)
  const routing = {device: camera.key, deviceName: camera.name, site: camera.site, jurisdiction: camera.jurisdiction}
  keep(book, key, {active: event.active, ...(probedAt === undefined ? {} : {at: probedAt})})
  let outcome: CameraOutcome = 'logged'
  changeAlarm(book, key, {signal: asSignal(event, code), meaning, raises, routing}, at, (transition) => {
    const place = transition ?? {jurisdiction: camera.jurisdiction}
    const entry = {type: 'camera', at, event, ...place, ...(via === undefined ? {} : {via})} as const
    if (transition) book.append(entry, ...nameOf(transition))
    else book.append(entry, event.active ? 'camera.began' : 'camera.ended', `camera/${camera.key}`)
    if (transition) outcome = transition.change
  })
  return outcome
}

/** An alarm lives by the same rules whoever raises it; its account is '' when no panel does. */
function asSignal({active, source, text}: CameraEvent, code: string): Signal {
  return {
    account: '',
    scheme: 'sia',
    code,
    qualifier: active ? 'new' : 'restore',
    ...(source === undefined ? {} : {zone: source}),
    ...(text === undefined ? {} : {text}),
    raw: safeText(''),
  }
}

function stateOf(book: Book, key: string): CameraState {
  const text = book.kept(KEPT_CAMERA, key)
  return text === undefined ? AT_REST : (JSON.parse(text) as CameraState)
}

function keep(book: Book, key: string, state: CameraState): void {
  const isAtRest = !state.active && state.against === undefined && state.at === undefined
  book.keep(KEPT_CAMERA, key, isAtRest ? null : JSON.stringify(state))
}

const HOLDS: Readonly<Record<Verdict, boolean | undefined>> = {
  dead: true,
  sick: true,
  impaired: false,
  healthy: false,
  answers: undefined,
  unknown: undefined,
}

function faultOf({camera, verdict, cause, detail}: ProbeWrite['report']): CameraEvent | undefined {
  const active = HOLDS[verdict]
  if (active === undefined) return undefined
  const words = [verdict, cause, detail].filter((word) => word !== undefined).join(': ')
  return {camera, condition: 'fault', active, text: safeText(words)}
}

function cameraOf(book: Book, key: string): Camera | undefined {
  const state = book.device('camera', key)
  return state === undefined ? undefined : (JSON.parse(state) as Camera)
}
