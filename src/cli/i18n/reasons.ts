/** What each reason for a lost point means: the causes of a probe, and what only the limits of a profile find. */

import type {Reason} from '../../health/samples.ts'
import type {Cause} from '../../model/cause.ts'
import {CAUSES} from '../../model/cause.ts'
import {CAUSE_WORDS} from './causes.ts'
import type {Language} from './language.ts'

const LIMIT_WORDS: Readonly<Record<Language, Readonly<Record<Exclude<Reason, Cause>, string>>>> = {
  en: {
    'signal-slow': 'It answers later than the profile allows. Look for an overloaded device or link.',
    'key-frame-slow': 'Its first key frame comes later than the profile allows. Shorten the key frame interval.',
    'packet-loss': 'Packets of its stream are lost. Look at the link, cable and switch port.',
    'osd-missing': 'It draws no text over its picture. Set its name and time as overlay.',
    'osd-too-long': 'A line of its overlay is longer than the profile allows.',
    'osd-other-name': 'Its overlay names it otherwise than the inventory does. Correct one of the two.',
    'clock-off': 'Its clock is further off than the profile allows. Set an NTP server.',
    'retention-short': 'It holds fewer days of recordings than the profile demands. Look at disks and bitrates.',
    'not-played': 'Its stream was not played to a key frame.',
  },
  zh: {
    'signal-slow': '应答时延超出配置限值。请检查设备或链路负载。',
    'key-frame-slow': '首个关键帧时延超出配置限值。请缩短关键帧间隔。',
    'packet-loss': '码流有丢包。请检查链路、网线和交换机端口。',
    'osd-missing': '画面无字符叠加。请设置名称和时间叠加。',
    'osd-too-long': '字符叠加行长超出配置限值。',
    'osd-other-name': '字符叠加名称与一机一档不一致。请更正其中之一。',
    'clock-off': '时钟偏差超出配置限值。请设置校时服务器。',
    'retention-short': '录像保存天数不足。请检查磁盘和码率。',
    'not-played': '视频流未播放到关键帧。',
  },
}

export function reasonWords(reason: Reason, language: Language): string {
  return isCause(reason) ? CAUSE_WORDS[language][reason] : LIMIT_WORDS[language][reason]
}

function isCause(reason: Reason): reason is Cause {
  return Object.hasOwn(CAUSES, reason)
}
