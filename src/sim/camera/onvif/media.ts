/** The media service of a simulated camera: two profiles, and where their streams are. */
import {type Element, textOf} from '../../../protocol/soap/element.ts'
import {type Xml, xml} from '../../../protocol/soap/xml.ts'
import type {SimCamera} from '../camera.ts'
import {FRAMES_PER_SECOND, GROUP_LENGTH} from '../media/group.ts'
import {jpegSize} from '../media/jpeg-picture.ts'
import {sizeOf} from '../rtsp/streams.ts'
import {hostOf} from './device.ts'

const MEDIA = 'http://www.onvif.org/ver10/media/wsdl'
const SEARCH = 'http://www.onvif.org/ver10/search/wsdl'
const SCHEMA = 'http://www.onvif.org/ver10/schema'
/** What its encoders are limited to, kbit/s: pictures that need no others cost more. */
const VIDEO_KBPS = 2_048
const JPEG_KBPS = 16_384
const PROFILES = [
  {token: 'profile_1', name: 'MainStream', path: '/stream1'},
  {token: 'profile_2', name: 'SubStream', path: '/stream2'},
] as const

function answer(name: string, inside: Xml | readonly Xml[]): Xml {
  return xml`<trt:${name}Response xmlns:trt="${MEDIA}" xmlns:tt="${SCHEMA}">${inside}</trt:${name}Response>`
}

export function profiles(camera: SimCamera): Xml {
  if (camera.has('no-profile')) return answer('GetProfiles', [])
  const source = xml`<tt:VideoSourceConfiguration token="vsc_1"><tt:Name>Source</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>video_1</tt:SourceToken>${bounds(camera)}</tt:VideoSourceConfiguration>`
  return answer(
    'GetProfiles',
    PROFILES.map(
      ({token, name, path}) =>
        xml`<trt:Profiles token="${token}" fixed="true"><tt:Name>${name}</tt:Name>${source}<tt:VideoEncoderConfiguration token="vec_${token}">${encoder(camera, path)}</tt:VideoEncoderConfiguration></trt:Profiles>`,
    ),
  )
}

/** Throws RangeError for a profile that the camera does not have. */
export function streamUri(camera: SimCamera, request: Element): Xml {
  const {path} = profileOf(camera, request)
  return answer(
    'GetStreamUri',
    mediaUri(`${camera.spec.stream?.tls ? 'rtsps' : 'rtsp'}://${hostOf(camera)}:${camera.rtspPort}${path}`),
  )
}

/** Throws RangeError for a profile that the camera does not have. */
export function snapshotUri(camera: SimCamera, request: Element): Xml {
  const {token} = profileOf(camera, request)
  return answer('GetSnapshotUri', mediaUri(`http://${hostOf(camera)}:${camera.httpPort}/snapshot/${token}.jpg`))
}

export function videoSources(camera: SimCamera): Xml {
  const {width, height} = pictureOf(camera, '/stream1')
  return answer(
    'GetVideoSources',
    xml`<trt:VideoSources token="video_1"><tt:Framerate>25</tt:Framerate><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution></trt:VideoSources>`,
  )
}

export function videoEncoderConfigurations(camera: SimCamera): Xml {
  return answer(
    'GetVideoEncoderConfigurations',
    PROFILES.map(
      ({token, path}) => xml`<trt:Configurations token="vec_${token}">${encoder(camera, path)}</trt:Configurations>`,
    ),
  )
}

/** Name and time as two texts. Throws RangeError when it knows no overlay. */
export function osds({spec: {overlay}}: SimCamera): Xml {
  if (overlay === undefined) throw new RangeError('no overlay')
  const osd = (token: string, inside: Xml) =>
    xml`<trt:OSDs token="${token}"><tt:VideoSourceConfigurationToken>vsc_1</tt:VideoSourceConfigurationToken><tt:Type>Text</tt:Type><tt:Position><tt:Type>UpperLeft</tt:Type></tt:Position><tt:TextString>${inside}</tt:TextString></trt:OSDs>`
  return answer('GetOSDs', [
    osd(
      'osd_time',
      xml`<tt:Type>DateAndTime</tt:Type><tt:DateFormat>yyyy-MM-dd</tt:DateFormat><tt:TimeFormat>HH:mm:ss</tt:TimeFormat>`,
    ),
    osd('osd_name', xml`<tt:Type>Plain</tt:Type><tt:PlainText>${overlay}</tt:PlainText>`),
  ])
}

/** Throws RangeError when it keeps no recordings. */
export function recordingSummary(camera: SimCamera): Xml {
  const {recordedDays} = camera.spec
  if (recordedDays === undefined) throw new RangeError('no recordings')
  const now = camera.now()
  const [from, until] = [now - recordedDays * 86_400_000, now].map((at) => new Date(at).toISOString())
  return xml`<tse:GetRecordingSummaryResponse xmlns:tse="${SEARCH}" xmlns:tt="${SCHEMA}"><tse:Summary><tt:DataFrom>${from ?? ''}</tt:DataFrom><tt:DataUntil>${until ?? ''}</tt:DataUntil><tt:NumberRecordings>1</tt:NumberRecordings></tse:Summary></tse:GetRecordingSummaryResponse>`
}

function profileOf(camera: SimCamera, request: Element) {
  const token = textOf(request, 'ProfileToken')
  const profile = camera.has('no-profile') ? undefined : PROFILES.find((candidate) => candidate.token === token)
  if (!profile) throw new RangeError('no such profile')
  return profile
}

function mediaUri(uri: string): Xml {
  return xml`<trt:MediaUri><tt:Uri>${uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>`
}

function encoder(camera: SimCamera, path: string): Xml {
  const codec = camera.spec.stream?.codec ?? 'H264'
  const {width, height} = pictureOf(camera, path)
  const limit = codec === 'JPEG' ? JPEG_KBPS : VIDEO_KBPS
  const group =
    codec === 'H264'
      ? xml`<tt:H264><tt:GovLength>${GROUP_LENGTH}</tt:GovLength><tt:H264Profile>Baseline</tt:H264Profile></tt:H264>`
      : []
  return xml`<tt:Name>${codec}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${codec}</tt:Encoding><tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution><tt:Quality>5</tt:Quality><tt:RateControl><tt:FrameRateLimit>${FRAMES_PER_SECOND}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>${limit}</tt:BitrateLimit></tt:RateControl>${group}`
}

function bounds(camera: SimCamera): Xml {
  const {width, height} = pictureOf(camera, '/stream1')
  return xml`<tt:Bounds x="0" y="0" width="${width}" height="${height}"/>`
}

function pictureOf(camera: SimCamera, path: string): {readonly width: number; readonly height: number} {
  const size = sizeOf(path, camera) ?? {width: 0, height: 0}
  return camera.spec.stream?.codec === 'JPEG' ? jpegSize(size) : size
}
