/** The media service of a simulated camera: two profiles, and where their streams are. */
import {type Element, textOf} from '../../../protocol/soap/element.ts'
import {type Xml, xml} from '../../../protocol/soap/xml.ts'
import type {SimCamera} from '../camera.ts'
import {FRAMES_PER_SECOND, GROUP_LENGTH} from '../media/group.ts'
import {jpegSize} from '../media/jpeg-picture.ts'
import {sizeOf} from '../rtsp/streams.ts'
import {hostOf} from './device.ts'

const MEDIA = 'http://www.onvif.org/ver10/media/wsdl'
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
