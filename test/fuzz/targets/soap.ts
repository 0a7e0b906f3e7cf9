/** HTTP answers of an ONVIF camera, spoiled: every reader of every operation gives typed values or the failure, safe to print. */
import {onCamera} from '../../../src/camera/onvif/address.ts'
import {
  identityOf,
  ntpOf,
  profilesOf,
  scopesOf,
  serviceAddresses,
  streamUriOf,
} from '../../../src/camera/onvif/answers.ts'
import {deviceClockOf} from '../../../src/camera/onvif/device-clock.ts'
import {schemeFor} from '../../../src/camera/onvif/login.ts'
import {nameFromScopes} from '../../../src/camera/onvif/name-scope.ts'
import {readAnswer} from '../../../src/camera/onvif/reading.ts'
import {overlayTexts, recordedDays} from '../../../src/camera/onvif/told.ts'
import {Secret} from '../../../src/lib/secret.ts'
import type {Element} from '../../../src/protocol/soap/element.ts'
import {readEnvelope, writeEnvelope} from '../../../src/protocol/soap/envelope.ts'
import {writeFault} from '../../../src/protocol/soap/fault.ts'
import {readUsernameToken} from '../../../src/protocol/soap/username-token.ts'
import {Xml} from '../../../src/protocol/soap/xml.ts'
import {type Dice, maybeSpoiled, mustBeFinite, mustBeSafe, pick, REFUSED, valueOrRefusal} from '../hostile.ts'
import {challengeOf} from './httpauth.ts'

const XADDR = new URL('http://10.0.0.5:8080/onvif/device_service')
const SENT_AT = Date.UTC(2026, 10, 26)
const CREDENTIAL = {user: 'admin', password: new Secret('x')}

const NUMBERS = ['2026', '0', '-1', '99', '999999999', '275761', '1e9', '', ' 7 ', '٣', '0x10', '4294967296', 'NaN']
const TEXTS = [
  'Acme',
  '',
  '\u202egnp',
  '门',
  'x'.repeat(5_000),
  '&#27;[2J',
  '&#0;',
  '&amp;',
  '<![CDATA[]]>',
  '&lt;b&gt;',
  '&#xD800;',
  '__proto__',
  'true',
  'constructor',
]
const URIS = [
  'rtsp://10.0.0.5/s',
  'rtsp://u:p@1.2.3.4:554/s',
  'http://10.0.0.5/onvif/media',
  '/onvif/media',
  '//evil.example/x',
  'http:onvif',
  'http://',
  'rtsp://[::1]:99999/',
  'javascript:x',
  'https://h/%00',
  'rtsp:///',
  'http://0.0.0.0',
  'rtsp://h h/',
  'data:,x',
]
const ATTEMPTS = [
  'You still have 5 attempt(s)',
  'locked',
  'account is blocked, 0 tries remaining',
  '锁定',
  `1${' '.repeat(4_000)}`,
]

const OPERATIONS: readonly ((dice: Dice) => string)[] = [
  (dice) => tag('GetSystemDateAndTimeResponse', tag('SystemDateAndTime', tag('UTCDateTime', tag('Time', numbers(dice, 'Hour', 'Minute', 'Second')) + tag('Date', numbers(dice, 'Year', 'Month', 'Day'))))),
  (dice) => tag('GetDeviceInformationResponse', texts(dice, 'Manufacturer', 'Model', 'FirmwareVersion', 'SerialNumber', 'HardwareId')),
  (dice) => tag('GetProfilesResponse', Array.from({length: dice(4)}, () => profile(dice)).join('')),
  (dice) => tag('GetStreamUriResponse', tag('MediaUri', tag('Uri', pick(URIS, dice)))),
  (dice) => tag('GetNTPResponse', tag('NTPInformation', tag('FromDHCP', pick(TEXTS, dice)) + tag('NTPManual', texts(dice, 'Type', 'IPv4Address', 'DNSname')))),
  (dice) => tag('GetScopesResponse', tag('Scopes', tag('ScopeDef', 'Fixed') + tag('ScopeItem', `onvif://www.onvif.org/name/${pick(TEXTS, dice)}`))),
  (dice) => tag('GetServicesResponse', tag('Service', tag('Namespace', 'http://www.onvif.org/ver10/media/wsdl') + tag('XAddr', pick(URIS, dice)))),
  (dice) => tag('GetCapabilitiesResponse', tag('Capabilities', tag('Media', tag('XAddr', pick(URIS, dice))))),
  (dice) => tag('GetOSDsResponse', tag('OSDs', tag('TextString', tag('PlainText', pick(TEXTS, dice))))),
  (dice) => tag('GetRecordingSummaryResponse', tag('Summary', tag('DataFrom', '2026-01-01T00:00:00Z') + tag('DataUntil', `${pick(NUMBERS, dice)}-02-01T00:00:00`) + numbers(dice, 'NumberRecordings'))),
  (dice) => writeFault('Sender', [pick(['NotAuthorized', 'OperationProhibited', 'ActionNotSupported', '', '"'], dice)], pick([...ATTEMPTS, ...TEXTS], dice)).text,
  (dice) => tag('a', '<b>'.repeat(dice(200)) + '<c d="e"/>'.repeat(dice(3_000))),
] // biome-ignore format: an answer a line
export const XML_PIECES = [
  '<',
  '>',
  '&',
  '</',
  '/>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?x?>',
  '&#x1b;',
  '&#55296;',
  '&bogus;',
  '\u0000',
  '\ufeff',
  ' xmlns:a="b"',
  ' a="1" a="2"',
  '&lt;'.repeat(300),
  'encoding="utf-16"',
  'encoding="gb2312"',
  '</s:Body>',
  '<s:Body>',
  '\u{1F600}',
]

export function askSoap(dice: Dice): string {
  const answer = answerOf(dice)
  valueOrRefusal(() => readUsernameToken(readEnvelope(answer.body).header))
  const reading = valueOrRefusal(() => readAnswer(answer))
  if (reading === REFUSED) return 'refused'
  if (reading.kind === 'fault') return 'fault'
  if (reading.kind === 'content') return read(reading.content)
  const scheme = schemeFor(reading, CREDENTIAL)
  if (scheme.kind === 'digest') scheme.header('/onvif')
  return 'denied'
}

function answerOf(dice: Dice) {
  const declaration =
    dice(4) === 0
      ? `<?xml version="1.0" encoding="${pick(['utf-8', 'GB2312', 'utf-16', 'x', 'iso-8859-1'], dice)}"?>`
      : ''
  const body = writeEnvelope({body: new Xml(pick(OPERATIONS, dice)(dice))}).replace(/^<\?xml[^>]*\?>\n/, declaration)
  return {
    status: pick([200, 200, 200, 400, 401, 500, 302], dice),
    contentType: pick(['application/soap+xml', 'text/html', '', 'text/xml; charset=gb2312'], dice),
    wwwAuthenticate: dice(3) === 0 ? [challengeOf(dice)] : [],
    body: dice(2) === 0 ? Buffer.from(body) : maybeSpoiled(Buffer.from(body), dice, XML_PIECES),
  }
}

/** Every reader is asked of every answer: none may trust that it was given its own. */
function read(content: Element): string {
  const keep = (text: string) => onCamera(URL.parse(text, XADDR)?.href ?? text, {xaddr: XADDR}, ['http:', 'https:'])
  const clock = valueOrRefusal(() => deviceClockOf(content, SENT_AT, SENT_AT + 10))
  if (clock !== REFUSED) {
    mustBeFinite({...clock})
    new Date(SENT_AT + clock.offsetMs).toISOString() // a login is written with the camera's time
  }
  mustBeSafe(Object.values(identityOf(content)))
  const profiles = profilesOf(content)
  mustBeSafe(profiles.flatMap(({name, codec}) => [name, codec]))
  for (const {width, height, frameRate, bitRateKbps, groupLength} of profiles)
    mustBeFinite({width, height, frameRate, bitRateKbps, groupLength})
  mustBeSafe([...ntpOf(content).servers, ...overlayTexts(content)])
  mustBeSafe([nameFromScopes(scopesOf(content))])
  mustBeFinite({days: recordedDays(content)})
  const services = valueOrRefusal(() => serviceAddresses(content, keep))
  if (services !== REFUSED) mustBeSafe(services.flatMap(({path, advertised}) => [path, advertised]))
  const stream = valueOrRefusal(() => onCamera(streamUriOf(content), {xaddr: XADDR}, ['rtsp:', 'rtsps:']))
  if (stream !== REFUSED && !/^rtsps?:\/\/10\.0\.0\.5[:/]?/.test(stream.uri))
    throw new Error(`leads away: ${stream.uri}`)
  return clock === REFUSED && profiles.length === 0 && stream === REFUSED ? 'content' : 'values'
}

function profile(dice: Dice): string {
  const encoder = `${tag('Encoding', pick(['H264', ...TEXTS], dice))}${tag('Resolution', numbers(dice, 'Width', 'Height'))}${tag('RateControl', numbers(dice, 'FrameRateLimit', 'BitrateLimit'))}${tag('H264', numbers(dice, 'GovLength'))}`
  return `<trt:Profiles token="${pick(['p1', '', '"'.replace('"', '&quot;'), '\u202e'], dice)}">${texts(dice, 'Name')}${tag('VideoEncoderConfiguration', encoder)}</trt:Profiles>`
}

function tag(name: string, inside: string): string {
  return `<x:${name}>${inside}</x:${name}>`
}

function numbers(dice: Dice, ...names: readonly string[]): string {
  return names.map((name) => tag(name, dice(3) === 0 ? pick(NUMBERS, dice) : String(1 + dice(28)))).join('')
}

function texts(dice: Dice, ...names: readonly string[]): string {
  return names.map((name) => tag(name, dice(4) === 0 ? pick(TEXTS, dice) : `Acme-${dice(99)}`)).join('')
}
