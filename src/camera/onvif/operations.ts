/** What to ask a camera: requests shaped by the `onvif` package, the only file that knows it. How they are sent is ours. */
import onvif from 'onvif'
import {escapeXml, Xml, xml} from '../../protocol/soap/xml.ts'

/** Where a request goes: the device service, or one whose address the device service names. */
export type Service = 'device' | 'media' | 'media2' | 'events' | 'search'

/** One request, complete but for its login. */
export interface Operation {
  readonly service: Service
  /** `GetNTP`. */
  readonly name: string
  /** SOAP action: namespace and name. */
  readonly action: string
  readonly body: Xml
  /** What goes into the header beside the login. */
  readonly header?: Xml
  /** True for what changes nothing: such a request may be sent again when its answer was lost. */
  readonly readOnly: boolean
}

export interface NtpHost {
  readonly type: 'IPv4' | 'IPv6' | 'DNS'
  readonly host: string
}

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl'

export const getSystemDateAndTime = () => shaped((cam) => cam.getSystemDateAndTime(ignore))
export const getServices = () => shaped((cam) => cam.getServices(false, ignore))
export const getCapabilities = () => shaped((cam) => cam.getCapabilities(ignore))
export const getDeviceInformation = () => shaped((cam) => cam.getDeviceInformation(ignore))
export const getHostname = () => shaped((cam) => cam.getHostname(ignore))
export const getNtp = () => shaped((cam) => cam.getNTP(ignore))
export const getUsers = () => shaped((cam) => cam.getUsers(ignore))
export const getScopes = () => shaped((cam) => cam.getScopes(ignore))
export const getProfiles = (media: 'media' | 'media2') => shaped((cam) => cam.getProfiles(ignore), media)

export const getStreamUri = (media: 'media' | 'media2', profileToken: string) =>
  shaped((cam) => cam.getStreamUri({protocol: 'RTSP', profileToken: escapeXml(profileToken)}, ignore), media)

/** Of the first media service; the second spells it as the package does for it. */
export const getSnapshotUri = (media: 'media' | 'media2', profileToken: string) =>
  shaped((cam) => cam.getSnapshotUri({profileToken: escapeXml(profileToken)}, ignore), media)

/** Replaces every configurable scope. */
export const setScopes = (scopes: readonly string[]) =>
  shaped((cam) =>
    cam.setScopes(
      scopes.map((scope) => escapeXml(scope)),
      ignore,
    ),
  )

/** Servers by hand; the list replaces the one that the camera has. */
export function setNtp(servers: readonly NtpHost[]): Operation {
  const hosts = servers.map(({type, host}) => {
    const text = escapeXml(host)
    if (type === 'DNS') return {type, DNSname: text}
    return type === 'IPv4' ? {type, IPv4Address: text} : {type, IPv6Address: text}
  })
  return shaped((cam) => cam.setNTP({fromDHCP: false, NTPManual: hosts}, ignore))
}

/** The package lacks this one. */
export function setHostname(name: string): Operation {
  const body = xml`<SetHostname xmlns="${DEVICE}"><Name>${name}</Name></SetHostname>`
  return operation('device', body)
}

/** Nor these (ONVIF Media GetOSDs; Recording Search GetRecordingSummary). */
export function getOsds(media: 'media' | 'media2'): Operation {
  return operation(media, xml`<GetOSDs xmlns="${MEDIA[media]}"/>`)
}

export function getRecordingSummary(): Operation {
  return operation('search', xml`<GetRecordingSummary xmlns="http://www.onvif.org/ver10/search/wsdl"/>`)
}

const MEDIA = {media: 'http://www.onvif.org/ver10/media/wsdl', media2: 'http://www.onvif.org/ver20/media/wsdl'}

/** A request is recorded at the seam through which the package would send it; none of its own code ever meets an answer. */
class Recorder extends onvif.Cam {
  recorded: {readonly service?: string; readonly body: string} | undefined
  /** Read by the package: shapes media requests for the second media service. */
  override media2Support = false

  _request(options: {readonly service?: string; readonly body: string}): void {
    this.recorded ??= options
  }
}

function shaped(ask: (cam: Recorder) => void, media?: 'media' | 'media2'): Operation {
  const recorder = new Recorder({hostname: 'camera.invalid', autoconnect: false})
  recorder.on('error', ignore)
  recorder.media2Support = media === 'media2'
  ask(recorder)
  const [, body = ''] = /<s:Body[^>]*>(.*)<\/s:Body>/s.exec(recorder.recorded?.body ?? '') ?? []
  return operation(media ?? 'device', new Xml(body))
}

function operation(service: Service, body: Xml): Operation {
  const [, name = '', namespace = ''] = /^<(\w+) xmlns="([^"]+)"/.exec(body.text) ?? []
  return {service, name, action: `${namespace}/${name}`, body, readOnly: name.startsWith('Get')}
}

function ignore(): void {}
