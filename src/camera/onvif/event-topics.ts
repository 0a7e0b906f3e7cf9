/** What a camera's message means: motion, tamper, lost video or an alarm input, on or off, of which part. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {CameraCondition} from '../../model/camera-event.ts'
import type {Item, Notice} from '../../protocol/wsn/notification.ts'

export interface CameraState {
  readonly condition: Exclude<CameraCondition, 'fault'>
  readonly active: boolean
  /** The camera's own names of the part, joined by `/`; absent when it names none. */
  readonly source?: SafeText
  readonly topic: SafeText
  /** True when the camera only says how things stand, as it does to whoever subscribes. */
  readonly initial: boolean
  /** By the camera's clock, ms since the epoch. */
  readonly at?: number
}

/** Topics of the ONVIF specifications and those that cameras have used before them. `$` is the end of the path. */
const TOPICS: readonly (readonly [path: RegExp, condition: CameraState['condition']])[] = [
  [/^RuleEngine\/CellMotionDetector\/Motion$/, 'motion'],
  [/^RuleEngine\/MotionRegionDetector\/Motion$/, 'motion'],
  [/^VideoSource\/MotionAlarm$/, 'motion'],
  [/^VideoAnalytics\/Motion(?:Detection)?$/, 'motion'],
  [/^VideoSource\/GlobalSceneChange\//, 'tamper'],
  [/^RuleEngine\/TamperDetector\/Tamper$/, 'tamper'],
  [/^VideoSource\/(?:SignalLoss|VideoLoss)$/, 'video-loss'],
  [/^RuleEngine\/VideoLoss(?:Detector)?(?:\/\w+)?$/, 'video-loss'],
  [/^Device\/Trigger\/DigitalInput$/, 'digital-input'],
]
/** Names of the value, the surest first; then whatever of the data says yes or no. */
const VALUES = ['IsMotion', 'IsTamper', 'LogicalState', 'State', 'Loss', 'Value']
const ON = /^(?:true|1|on|active)$/i
const OFF = /^(?:false|0|off|inactive)$/i
const MAX_SOURCE = 120

/** Undefined for a topic that is none of these, and for a message that says neither yes nor no. */
export function stateOf({topic, operation, at, source, data}: Notice): CameraState | undefined {
  const condition = TOPICS.find(([path]) => path.test(topic))?.[1]
  const active = operation === 'Deleted' ? false : valueIn(data)
  if (condition === undefined || active === undefined) return undefined
  const named = source.map(({value}) => value).filter((value) => value !== '')
  return {
    condition,
    active,
    ...(named.length > 0 ? {source: safeText(named.join('/'), MAX_SOURCE)} : {}),
    topic,
    initial: operation === 'Initialized',
    ...(at === undefined ? {} : {at}),
  }
}

function valueIn(data: readonly Item[]): boolean | undefined {
  const ordered = [...VALUES.flatMap((name) => data.filter((item) => item.name === name)), ...data]
  const telling = ordered.find(({value}) => ON.test(value) || OFF.test(value))
  return telling && ON.test(telling.value)
}
