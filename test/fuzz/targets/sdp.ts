/** Session descriptions, spoiled: tracks with numbers that are numbers, or the failure. */
import {tracksOf} from '../../../src/camera/rtsp/tracks.ts'
import {buildSdp, parseSdp} from '../../../src/protocol/sdp/sdp.ts'
import {pictureGroup} from '../../../src/sim/camera/media/group.ts'
import {type Dice, maybeSpoiled, mustBeFinite, pick, REFUSED, valueOrRefusal} from '../hostile.ts'

const GROUPS = (['H264', 'H265'] as const).map((codec) => ({
  codec,
  sets: pictureGroup({width: 96, height: 64}, codec).sets,
}))
const CONTROLS = ['trackID=1', '*', 'rtsp://10.0.0.5/x', '', '\u0000', 'x'.repeat(3_000), 'http://evil.example/']
const LINES = [
  'a=framerate:25',
  'a=framerate:0',
  'a=framerate:1e9',
  'a=x-dimensions:96,64',
  'a=x-dimensions:99999,99999',
  'b=AS:512',
  'b=AS:9999999',
  'a=rtpmap:96 VP9/0',
  'a=rtpmap:0 x/999999999',
  'm=audio 0 RTP/AVP 8',
  'm=video 0 RTP/AVP 26',
  'm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=fmtp:97 mode=AAC-hbr;sizelength=13;indexlength=3',
  'a=rtpmap:97 MPEG4-GENERIC/0',
  'm=',
  'm=video',
  'a=fmtp:96 ;;;=;a=b=c',
  'a=control',
  'z=\u202e',
  `a=${'x'.repeat(900)}`,
]
const PIECES = [
  ...LINES.map((line) => `\r\n${line}\r\n`),
  ';',
  '=',
  ',',
  '/',
  ':',
  '\r',
  '\u0000',
  'm=video 0 RTP/AVP 96 97 98 99\r\n'.repeat(40),
  ';a=b'.repeat(200),
]

/** A description as a camera would send it, spoiled or not. */
export function descriptionOf(dice: Dice): Buffer {
  const {codec, sets} = pick(GROUPS, dice)
  const texts = sets.map((set) => Buffer.from(dice(4) === 0 ? maybeSpoiled(set, dice) : set).toString('base64'))
  const fmtp =
    codec === 'H264'
      ? `packetization-mode=1;sprop-parameter-sets=${texts.join(',')}`
      : `sprop-vps=${texts[0]};sprop-sps=${texts[1]};sprop-pps=${texts[2]}`
  const more = Array.from({length: dice(4)}, () => pick(LINES, dice))
  const lines = [
    'v=0',
    's=x',
    'm=video 0 RTP/AVP 96',
    `a=rtpmap:96 ${codec}/90000`,
    `a=fmtp:96 ${fmtp}`,
    `a=control:${pick(CONTROLS, dice)}`,
    ...more,
  ]
  const text = Buffer.from(`${lines.join(dice(6) === 0 ? '\n' : '\r\n')}\r\n`)
  return dice(2) === 0 ? text : maybeSpoiled(text, dice, PIECES)
}

export function askSdp(dice: Dice): string {
  const text = maybeSpoiled(descriptionOf(dice), dice, PIECES).toString('utf8')
  const session = valueOrRefusal(() => parseSdp(text))
  if (session !== REFUSED) {
    for (const {frameRate, bandwidthKbps, dimensions: [width, height] = []} of session.media)
      mustBeFinite({frameRate, bandwidthKbps, width, height})
    const again = parseSdp(
      buildSdp(
        {
          name: 'x',
          media: session.media
            .filter(({kind}) => /^\w+$/.test(kind))
            .map((media) => ({...media, control: 'trackID=1', formats: []})),
        },
        '10.0.0.5',
      ),
    )
    if (again.media.length > session.media.length) throw new Error('more media after writing than before')
  }
  const tracks = valueOrRefusal(() => tracksOf(text))
  if (tracks === REFUSED) return session === REFUSED ? 'refused' : 'no picture'
  const {clockRate, payloadType, declared} = tracks.video
  mustBeFinite({
    clockRate,
    payloadType,
    width: declared?.width,
    height: declared?.height,
    frameRate: declared?.frameRate,
  })
  return tracks.audio ? 'picture and sound' : 'picture'
}
