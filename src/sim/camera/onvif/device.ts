/** The device service of a simulated camera: what it says of itself and its settings. */
import {createHash} from 'node:crypto'
import {isIP} from 'node:net'
import {type Xml, xml} from '../../../protocol/soap/xml.ts'
import type {SimCamera} from '../camera.ts'

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl'
const SEARCH = 'http://www.onvif.org/ver10/search/wsdl'
const EVENTS = 'http://www.onvif.org/ver10/events/wsdl'
const MEDIA = 'http://www.onvif.org/ver10/media/wsdl'
const SCHEMA = 'http://www.onvif.org/ver10/schema'
const NAME_SCOPE = 'onvif://www.onvif.org/name/'
/** What a camera behind a forgotten NAT says of itself. */
const FOREIGN_HOST = '192.168.1.64'

/** `<tds:NameResponse>…</tds:NameResponse>` in the device service's namespace. */
function answer(name: string, inside: Xml | readonly Xml[]): Xml {
  return xml`<tds:${name}Response xmlns:tds="${DEVICE}" xmlns:tt="${SCHEMA}">${inside}</tds:${name}Response>`
}

/** The empty answer of an operation that was done. */
export function done(name: string): Xml {
  return answer(name, [])
}

export function rebooting(): Xml {
  return answer('SystemReboot', xml`<tds:Message>Rebooting</tds:Message>`)
}

/** Host that the camera names in the addresses that it hands out. */
export function hostOf(camera: SimCamera): string {
  return camera.has('xaddr-foreign') ? FOREIGN_HOST : camera.spec.address
}

/** Service addresses as the camera advertises them. */
export function xaddrOf(camera: SimCamera, service: 'device' | 'media' | 'event' | 'search'): string {
  return `http://${hostOf(camera)}:${camera.httpPort}/onvif/${service}_service`
}

/** Bytes that stay the same for a camera's key: for serial number, MAC and UUID. */
function bytesOf({spec}: SimCamera): Buffer {
  return createHash('sha256').update(spec.key).digest()
}

/** `urn:uuid:…`, the endpoint reference. */
export function eprOf(camera: SimCamera): string {
  const hex = bytesOf(camera).toString('hex')
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')}`
}

/** Scope items, fixed ones first. */
export function scopeItems(camera: SimCamera): {readonly fixed: boolean; readonly uri: string}[] {
  const fixed = ['type/video_encoder', 'Profile/Streaming', `hardware/${encodeURIComponent(modelOf(camera))}`]
  return [
    ...fixed.map((path) => ({fixed: true, uri: `onvif://www.onvif.org/${path}`})),
    {fixed: false, uri: 'onvif://www.onvif.org/location/city'},
    {fixed: false, uri: `${NAME_SCOPE}${encodeURIComponent(camera.name)}`},
  ]
}

/** The name among scopes that were written. */
export function takeName(camera: SimCamera, uris: readonly string[]): void {
  const named = uris.find((uri) => uri.startsWith(NAME_SCOPE))
  if (named === undefined) return
  try {
    camera.name = decodeURIComponent(named.slice(NAME_SCOPE.length))
  } catch {
    throw new RangeError('a scope that is no URI')
  }
}

export function systemDateAndTime(camera: SimCamera): Xml {
  const now = new Date(camera.now())
  const time = xml`<tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time>`
  const date = xml`<tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date>`
  return answer(
    'GetSystemDateAndTime',
    xml`<tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>UTC0</tt:TZ></tt:TimeZone><tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime>`,
  )
}

export function deviceInformation(camera: SimCamera): Xml {
  const {manufacturer = 'citywatch', firmware = '1.10'} = camera.spec
  const serial = bytesOf(camera).readBigUInt64BE().toString().padStart(20, '0')
  return answer('GetDeviceInformation', [
    xml`<tds:Manufacturer>${manufacturer}</tds:Manufacturer><tds:Model>${modelOf(camera)}</tds:Model>`,
    xml`<tds:FirmwareVersion>${firmware}</tds:FirmwareVersion><tds:SerialNumber>${serial}</tds:SerialNumber>`,
    xml`<tds:HardwareId>1.0</tds:HardwareId>`,
  ])
}

export function users({spec}: SimCamera): Xml {
  return answer(
    'GetUsers',
    xml`<tds:User><tt:Username>${spec.credential.user}</tt:Username><tt:UserLevel>Administrator</tt:UserLevel></tds:User>`,
  )
}

export function services(camera: SimCamera): Xml {
  const service = (namespace: string, xaddr: string) =>
    xml`<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${xaddr}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`
  return answer('GetServices', [
    service(DEVICE, xaddrOf(camera, 'device')),
    service(MEDIA, xaddrOf(camera, 'media')),
    ...(camera.spec.recordedDays === undefined ? [] : [service(SEARCH, xaddrOf(camera, 'search'))]),
    ...(camera.eventFault === 'no-events' ? [] : [service(EVENTS, xaddrOf(camera, 'event'))]),
  ])
}

export function capabilities(camera: SimCamera): Xml {
  const device = xml`<tt:Device><tt:XAddr>${xaddrOf(camera, 'device')}</tt:XAddr></tt:Device>`
  const media = xml`<tt:Media><tt:XAddr>${xaddrOf(camera, 'media')}</tt:XAddr></tt:Media>`
  const events =
    camera.eventFault === 'no-events'
      ? undefined
      : xml`<tt:Events><tt:XAddr>${xaddrOf(camera, 'event')}</tt:XAddr><tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport><tt:WSPullPointSupport>true</tt:WSPullPointSupport></tt:Events>`
  return answer('GetCapabilities', xml`<tds:Capabilities>${device}${events}${media}</tds:Capabilities>`)
}

export function hostname({hostname: name}: SimCamera): Xml {
  return answer(
    'GetHostname',
    xml`<tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>${name}</tt:Name></tds:HostnameInformation>`,
  )
}

export function ntp({ntp: {fromDhcp, servers}}: SimCamera): Xml {
  const hosts = servers.map((server) =>
    fromDhcp
      ? xml`<tt:NTPFromDHCP>${networkHost(server)}</tt:NTPFromDHCP>`
      : xml`<tt:NTPManual>${networkHost(server)}</tt:NTPManual>`,
  )
  return answer(
    'GetNTP',
    xml`<tds:NTPInformation><tt:FromDHCP>${String(fromDhcp)}</tt:FromDHCP>${hosts}</tds:NTPInformation>`,
  )
}

function networkHost(host: string): Xml {
  switch (isIP(host)) {
    case 4:
      return xml`<tt:Type>IPv4</tt:Type><tt:IPv4Address>${host}</tt:IPv4Address>`
    case 6:
      return xml`<tt:Type>IPv6</tt:Type><tt:IPv6Address>${host}</tt:IPv6Address>`
    default:
      return xml`<tt:Type>DNS</tt:Type><tt:DNSname>${host}</tt:DNSname>`
  }
}

export function scopes(camera: SimCamera): Xml {
  const items = scopeItems(camera).map(
    ({fixed, uri}) =>
      xml`<tds:Scopes><tt:ScopeDef>${fixed ? 'Fixed' : 'Configurable'}</tt:ScopeDef><tt:ScopeItem>${uri}</tt:ScopeItem></tds:Scopes>`,
  )
  return answer('GetScopes', items)
}

export function networkInterfaces(camera: SimCamera): Xml {
  const mac = [0x02, ...bytesOf(camera).subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
  const info = xml`<tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info>`
  const manual = xml`<tt:Manual><tt:Address>${hostOf(camera)}</tt:Address><tt:PrefixLength>8</tt:PrefixLength></tt:Manual>`
  const ipv4 = xml`<tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config>${manual}<tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4>`
  return answer(
    'GetNetworkInterfaces',
    xml`<tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled>${info}${ipv4}</tds:NetworkInterfaces>`,
  )
}

function modelOf({spec}: SimCamera): string {
  return spec.model ?? 'SIM-1'
}
