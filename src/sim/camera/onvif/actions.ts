/** What a simulated camera can be asked over ONVIF: one table, from the operation's name to its answer. */
import {childrenOf, type Element, textOf} from '../../../protocol/soap/element.ts'
import type {Xml} from '../../../protocol/soap/xml.ts'
import type {SimCamera} from '../camera.ts'
import {subscribePush} from '../events/push.ts'
import * as events from '../events/service.ts'
import * as device from './device.ts'
import * as media from './media.ts'

export interface Action {
  /** Answered without a login. */
  readonly open?: true
  /**
   * The body of the answer; `path` is where it was asked. Throws RangeError for a value that the camera does not take, and
   * EventFault for what its event service does not do.
   */
  perform(camera: SimCamera, request: Element, path: string): Xml | Promise<Xml>
}

/** How long a simulated camera takes to start, ms. */
const REBOOT_MS = 3_000

const ACTIONS: Readonly<Record<string, Action>> = {
  GetSystemDateAndTime: {open: true, perform: device.systemDateAndTime},
  GetServices: {open: true, perform: device.services},
  GetCapabilities: {open: true, perform: device.capabilities},
  GetDeviceInformation: {perform: device.deviceInformation},
  GetUsers: {perform: device.users},
  GetHostname: {perform: device.hostname},
  SetHostname: {
    perform(camera, request) {
      camera.hostname = textOf(request, 'Name') ?? ''
      return device.done('SetHostname')
    },
  },
  GetNTP: {perform: device.ntp},
  SetNTP: {
    perform(camera, request) {
      const servers = childrenOf(request, 'NTPManual').map(
        (host) => textOf(host, 'IPv4Address') ?? textOf(host, 'IPv6Address') ?? textOf(host, 'DNSname') ?? '',
      )
      camera.ntp = {fromDhcp: textOf(request, 'FromDHCP') === 'true', servers}
      return device.done('SetNTP')
    },
  },
  GetScopes: {perform: device.scopes},
  SetScopes: {
    perform(camera, request) {
      device.takeName(camera, scopesOf(request))
      return device.done('SetScopes')
    },
  },
  AddScopes: {
    perform(camera, request) {
      device.takeName(camera, scopesOf(request))
      return device.done('AddScopes')
    },
  },
  GetNetworkInterfaces: {perform: device.networkInterfaces},
  SystemReboot: {
    perform(camera) {
      setImmediate(() => camera.reboot(REBOOT_MS))
      return device.rebooting()
    },
  },
  CreatePullPointSubscription: {perform: events.createPullPoint},
  Subscribe: {perform: subscribePush},
  PullMessages: {perform: events.pullMessages},
  Renew: {perform: events.renew},
  SetSynchronizationPoint: {perform: events.synchronize},
  Unsubscribe: {perform: events.unsubscribe},
  GetServiceCapabilities: {perform: events.serviceCapabilities},
  GetEventProperties: {perform: events.eventProperties},
  GetProfiles: {perform: media.profiles},
  GetStreamUri: {perform: media.streamUri},
  GetSnapshotUri: {perform: media.snapshotUri},
  GetVideoSources: {perform: media.videoSources},
  GetOSDs: {perform: media.osds},
  GetRecordingSummary: {perform: media.recordingSummary},
  GetVideoEncoderConfigurations: {perform: media.videoEncoderConfigurations},
}

/** Undefined: the camera does not know this operation. */
export function actionOf(name: string): Action | undefined {
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
}

function scopesOf(request: Element): string[] {
  return [...childrenOf(request, 'Scopes'), ...childrenOf(request, 'ScopeItem')].map(({text}) => text)
}
