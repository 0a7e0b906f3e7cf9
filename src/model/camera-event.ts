/** What a camera tells of its state, or what its probe found: something begins, and ends. */
import type {SafeText} from '../lib/safe-text.ts'
import type {CodeMeaning} from './signal.ts'

/** `fault`: its probe found it sick or dead. The others come from the camera itself. */
export type CameraCondition = 'motion' | 'tamper' | 'video-loss' | 'digital-input' | 'fault'

export interface CameraEvent {
  /** Inventory key. */
  readonly camera: string
  readonly condition: CameraCondition
  /** Whether the condition holds now. */
  readonly active: boolean
  /** Which part of the camera, by its own tokens: `video_1`, `input_2`. Absent: the camera as a whole. */
  readonly source?: SafeText
  /** ONVIF topic that told it, without prefixes. Absent for a probe. */
  readonly topic?: SafeText
  /** For a person: `timeout-connect: no connection within 4000 ms`. */
  readonly text?: SafeText
  /** By the clock of the camera or the prober, ms since the epoch, UTC. */
  readonly occurredAt?: number
}

export const CAMERA_CONDITIONS: readonly CameraCondition[] = [
  'motion',
  'tamper',
  'video-loss',
  'digital-input',
  'fault',
]

/** A state of a camera has one name, whoever tells it: two events with the same key are about the same condition. */
export function cameraStateKey({camera, condition, source, topic}: CameraEvent): string {
  return JSON.stringify(['camera', camera, condition, topic ?? null, source ?? null])
}

/**
 * GB/T 28181 AlarmMethod/AlarmType as the code: 5 video (2 motion), 2 device (1 video loss, 2 tamper, none: its alarm
 * input), 6 device fault. An alarm input may be a burglar's detector: as urgent as a burglary.
 */
export const CAMERA_MEANINGS: Readonly<Record<CameraCondition, CodeMeaning & {readonly code: string}>> = {
  motion: meaning('5/2', 'Motion in the picture', 'burglary', 4, 'none', 'motion'),
  tamper: meaning('2/2', 'Camera tampered with', 'tamper', 2, 'technician', 'tamper'),
  'video-loss': meaning('2/1', 'Video signal lost', 'trouble', 2, 'technician', 'video-loss'),
  'digital-input': meaning('2', 'Alarm input of a camera', 'burglary', 2, 'police', 'digital-input'),
  fault: meaning('6', 'Camera does not work', 'trouble', 3, 'technician', 'fault'),
}

function meaning(
  code: string,
  name: string,
  category: string,
  priority: CodeMeaning['priority'],
  dispatch: CodeMeaning['dispatch'],
  condition: CameraCondition,
): CodeMeaning & {readonly code: string} {
  return {code, name, category, priority, dispatch, known: true, latching: false, condition}
}
