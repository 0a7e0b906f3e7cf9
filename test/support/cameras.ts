/** A camera of the inventory, and what it and its probe tell. */
import {safeName, safeText} from '../../src/lib/safe-text.ts'
import type {CameraEvent} from '../../src/model/camera-event.ts'
import type {Camera} from '../../src/model/device.ts'
import type {ProbeVerdict} from '../../src/model/probe.ts'

export const gate: Camera = {
  kind: 'camera',
  key: 'cam-1',
  name: safeName('North gate'),
  site: 'depot',
  jurisdiction: 'city.north',
}

export function cameraEvent(changes: Partial<CameraEvent> = {}): CameraEvent {
  return {
    camera: gate.key,
    condition: 'tamper',
    active: true,
    source: safeText('video_1'),
    topic: safeText('VideoSource/GlobalSceneChange/ImagingService'),
    ...changes,
  }
}

export function verdict(changes: Partial<ProbeVerdict> = {}): ProbeVerdict {
  return {camera: gate.key, verdict: 'dead', cause: 'timeout-connect', at: 1_000, ...changes}
}
