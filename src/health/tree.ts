/** The indicator tree A11–E15: five levels, their objects, 38 indicators, in both languages. The names are the trade's. */

type LevelCode = 'A' | 'B' | 'C' | 'D' | 'E'

/** Where the formula comes from: seen in a published source, or this product's own proposal. */
export type Mark = 'S' | 'S weak' | 'K' | 'P'

export interface Indicator {
  readonly code: IndicatorCode
  readonly zh: string
  readonly en: string
  /** What good ÷ all means here. */
  readonly formula: string
  readonly mark: Mark
}

interface TreeObject {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly indicators: readonly Indicator[]
}

export interface Level {
  readonly code: LevelCode
  readonly zh: string
  readonly en: string
  readonly objects: readonly TreeObject[]
}

const of = <const C extends string>(code: C, zh: string, en: string, formula: string, mark: Mark = 'P') => ({
  code,
  zh,
  en,
  formula,
  mark,
})

const ONLINE = 'seconds online ÷ seconds observed'
const WITHIN = 'samples within limit ÷ samples'

export const TREE = [
  {code: 'A', zh: '前端设备', en: 'front-end devices', objects: [
    {code: 'A1', zh: '视频流采集设备', en: 'video-stream devices', indicators: [
      of('A11', '在线率', 'online rate', ONLINE, 'S'),
      of('A12', '连通率', 'connect rate', 'successful connects ÷ test connects', 'S'),
      of('A13', '时延达标', 'delay met', 'checks that meet the delay rule ÷ checks with a delay (the source calls this share 时延超标率)', 'S'),
      of('A14', '使用正常', 'normal use', 'device-days not abnormal ÷ device-days judged (使用异常 is the rest)', 'S'),
    ]},
    {code: 'A2', zh: '图像数据采集设备', en: 'image devices', indicators: [
      of('A21', '在线率', 'online rate', ONLINE),
      of('A22', '数据量达标率', 'volume reached', 'devices that reach their daily count ÷ devices'),
      of('A23', '使用正常', 'normal use', 'devices not abnormal ÷ devices'),
    ]},
    {code: 'A3', zh: '其他前端设备', en: 'other front-end devices', indicators: [of('A31', '在线率', 'online rate', ONLINE)]},
  ]},
  {code: 'B', zh: '基础设施', en: 'infrastructure', objects: [
    {code: 'B1', zh: '服务器', en: 'servers', indicators: [
      of('B11', 'CPU状态', 'CPU', WITHIN),
      of('B12', '内存状态', 'memory', WITHIN),
      of('B13', '交换区状态', 'swap', WITHIN),
    ]},
    {code: 'B2', zh: '存储', en: 'storage', indicators: [
      of('B21', '硬件可用性', 'hardware available', 'time available ÷ time'),
      of('B22', '磁盘可用性', 'disks available', 'time available ÷ time'),
      of('B23', 'I/O状态', 'I/O', WITHIN),
    ]},
    {code: 'B3', zh: '网络', en: 'network', indicators: [
      of('B31', '网络可用性', 'network available', 'time reachable ÷ time'),
      of('B32', '丢包达标', 'packets received', 'RTP packets received ÷ sent (丢包率 is the rest)'),
      of('B33', '流量状态', 'traffic', WITHIN),
    ]},
    {code: 'B4', zh: '稳定性一', en: 'stability 1', indicators: [of('B41', '稳定性', 'stability', '1 − time in outage ÷ period')]},
    {code: 'B5', zh: '稳定性二', en: 'stability 2', indicators: [of('B51', '稳定性', 'stability', '1 − time in outage ÷ period')]},
    {code: 'B6', zh: '稳定性三', en: 'stability 3', indicators: [of('B61', '稳定性', 'stability', '1 − time in outage ÷ period')]},
  ]},
  {code: 'C', zh: '数据质量', en: 'quality of data', objects: [
    {code: 'C1', zh: '实时视频流质量', en: 'live stream quality', indicators: [
      of('C11', '视频流完好率', 'stream intact', 'streams with a key frame in time, nothing lost and as declared ÷ streams sampled'),
      of('C12', '标注完好率', 'OSD intact', 'streams whose overlay names the camera as the inventory does ÷ streams whose overlay was told'),
    ]},
    {code: 'C2', zh: '历史视频质量', en: 'recordings', indicators: [
      of('C21', '录像完好率', 'recording intact', 'recordings that play ÷ sampled'),
      of('C22', '录像完整率', 'recording complete', 'recorded seconds ÷ seconds that should be recorded'),
      of('C23', '标注完好率', 'OSD of recordings', 'as C12, on recordings'),
    ]},
    {code: 'C3', zh: '图像数据质量', en: 'image data', indicators: [
      of('C31', '图像完好率', 'images intact', 'readable images ÷ sampled'),
      of('C32', '图像数据一致率', 'images consistent', 'images that agree with the inventory ÷ sampled'),
      of('C33', '结构化数据稳定性', 'structured data stable', 'intervals with data ÷ intervals'),
      of('C34', '结构化数据规范', 'structured data valid', 'records that pass the schema ÷ records'),
    ]},
  ]},
  {code: 'D', zh: '服务', en: 'services', objects: [
    {code: 'D1', zh: '服务', en: 'services', indicators: [
      of('D11', '连通率', 'service connect', 'successful calls ÷ calls'),
      of('D12', '完好率', 'service intact', 'correct answers ÷ answers'),
      of('D13', '使用率', 'service use', 'calls seen ÷ expected'),
      of('D14', '时延指标', 'service delay met', 'delay met ÷ calls'),
    ]},
  ]},
  {code: 'E', zh: '平台', en: 'platform', objects: [
    {code: 'E1', zh: '平台', en: 'platform', indicators: [
      of('E11', '在线率', 'platform online', ONLINE),
      of('E12', '级联稳定率', 'cascade stable', 'keep-alives received ÷ due'),
      of('E13', '访问率', 'access', 'logins ÷ expected'),
      of('E14', '程序稳定性', 'program stable', '1 − restarts ÷ limit'),
      of('E15', '日志可用性', 'logs available', 'days with complete logs ÷ days'),
    ]},
  ]},
] as const // biome-ignore format: one indicator a line reads as the table it is

type Objects = (typeof TREE)[number]['objects'][number]
export type IndicatorCode = Objects['indicators'][number]['code']

/** Judged beside the tree: the profile's limits that the source's tree has no place for. They carry no points. */
export const BESIDE = {
  CLK: {zh: '时钟准确', en: 'clock right', formula: 'checks with |offset| − uncertainty within limit ÷ checks with a clock', mark: 'P'},
  RET: {zh: '录像保存', en: 'retention reached', formula: 'checks with the days of recordings demanded ÷ checks that told them', mark: 'P'},
} as const // biome-ignore format: as above
export type BesideCode = keyof typeof BESIDE
export type Code = IndicatorCode | BesideCode

const LEVELS: readonly Level[] = TREE
export const INDICATORS: readonly Indicator[] = LEVELS.flatMap(({objects}) => objects).flatMap(
  ({indicators}) => indicators,
)
export const INDICATOR_CODES: readonly IndicatorCode[] = INDICATORS.map(({code}) => code)
export const CODES: readonly Code[] = [...INDICATOR_CODES, 'CLK', 'RET']

/** Its name in words, `online rate`. */
export function nameOf(code: Code, language: 'en' | 'zh'): string {
  if (code === 'CLK' || code === 'RET') return BESIDE[code][language]
  return INDICATORS.find((one) => one.code === code)?.[language] ?? code
}
