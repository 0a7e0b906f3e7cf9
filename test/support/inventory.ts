/** Made-up inventories of any size, with faults planted by rule and every expected finding listed. */
import {seededRandom} from '../../src/lib/random.ts'
import type {RuleId} from '../../src/site/rules.ts'

type Language = 'zh' | 'en'

export interface InventoryRequest {
  readonly seed: number
  readonly rows: number
  /** `zh`: the 27-column template. `en`: the same with English headers and names. */
  readonly language?: Language
  /** Rows to spoil, by the rule that must find them. Together fewer than `rows`. */
  readonly defects?: Partial<Record<Defect, number>>
}

export interface GeneratedInventory {
  /** CSV, LF line ends, last line ended. */
  readonly csv: string
  readonly rows: number
  /** Rows that an error rejects. */
  readonly rejected: number
  /** In the order of the lines. */
  readonly expected: readonly {readonly line: number; readonly letter: string; readonly rule: RuleId}[]
}

const COLUMNS: Readonly<Record<Language, readonly string[]>> = {
  zh: ['设备编码（*）', '设备名称（*）', '设备厂商', '行政区域', '监控点位类型', '设备型号', '点位俗称', 'IPV4地址', 'IPV6地址', 'MAC地址', '摄像机类型', '摄像机功能类型', '补光属性', '摄像机编码格式', '安装地址', '经度', '纬度', '摄像机位置类型', '监控方位', '联网属性', '所属辖区公安机关', '安装时间', '管理单位', '管理单位联系方式', '录像保存天数', '设备状态', '所属部门'],
  en: ['Device ID', 'Camera Name', 'Make', 'Region', 'Class', 'Model', 'Known As', 'IP Address', 'IPv6 Address', 'MAC', 'Type', 'Function', 'Light', 'Codec', 'Street', 'Longitude', 'Latitude', 'Place Type', 'Direction', 'Networked', 'Police District', 'Installed', 'Owner', 'Contact', 'Retention', 'Status', 'Department'],
} // biome-ignore format: a template's header is one line

const AREAS: Readonly<Record<Language, readonly (readonly [code: string, name: string])[]>> = {
  zh: [['440303', '罗湖'], ['440304', '福田'], ['440305', '南山'], ['440306', '宝安']],
  en: [['440303', 'Harbour'], ['440304', 'Old Town'], ['440305', 'Northfield'], ['440306', 'Mill Hill']],
} // biome-ignore format: pairs of code and name
const STREETS: Readonly<Record<Language, readonly string[]>> = {
  zh: ['深南大道', '滨河路', '红荔路', '后海大道', '宝安大道', '解放路'],
  en: ['High Street', 'Station Road', 'Quay', 'Market "Old" Square', 'Bridge, North', "King's Way"],
}
const PLACES: Readonly<Record<Language, readonly string[]>> = {
  zh: ['路口', '天桥', '公园门口', '学校'],
  en: ['Crossing', 'Footbridge', 'Park Gate', 'School'],
}

/** Position of a column in the template → what a spoilt cell holds. `%` stands for the cell of the row before, `~` for its own. */
const SPOILT = {
  'key-missing': [0, ''],
  'key-duplicate': [0, '%'],
  'spreadsheet-damage': [0, '4.40303E+19'],
  'name-missing': [1, ''],
  'address-form': [7, '999.1.1.1'],
  'address-login': [7, 'http://admin:Canary7@~/'],
  'coordinates-number': [16, "22°32'N"],
  'coordinates-half': [15, ''],
  'coordinates-range': [15, '1721.5'],
  'jurisdiction-empty': [20, ''],
} as const satisfies Partial<Record<RuleId, readonly [number, string]>>

export type Defect = keyof typeof SPOILT

/** Every defect that can be planted, so many times each. */
export function allDefects(times: number): Record<Defect, number> {
  const names = Object.keys(SPOILT) as Defect[]
  return Object.fromEntries(names.map((name) => [name, times])) as Record<Defect, number>
}

/** The same request gives the same text. Throws RangeError when there are not two rows for each defect. */
export function generateInventory({seed, rows, language = 'zh', defects = {}}: InventoryRequest): GeneratedInventory {
  const random = seededRandom(seed)
  const planted = plant(random, rows, defects)
  const lines: string[] = [COLUMNS[language].join(',')]
  const expected: {line: number; letter: string; rule: RuleId}[] = []
  let rejected = 0
  let before: string[] = []
  for (let index = 0; index < rows; index++) {
    const cells = goodRow(random, index, language)
    const defect = planted.get(index)
    if (defect) {
      spoil(cells, before, defect)
      expected.push(...expectedOf(defect, index + 2))
      rejected += REJECTED[defect] ?? 1
    }
    before = cells
    lines.push(cells.map(csvCell).join(','))
  }
  return {csv: `${lines.join('\n')}\n`, rows, rejected, expected}
}

/** Rows that a defect rejects, where it is not one. */
const REJECTED: Partial<Record<Defect, number>> = {'key-duplicate': 2, 'jurisdiction-empty': 0, 'address-login': 0}

function spoil(cells: string[], before: readonly string[], defect: Defect): void {
  const [column, text] = SPOILT[defect]
  cells[column] = text.replace('%', before[column] ?? '').replace('~', cells[column]!)
}

function expectedOf(defect: Defect, line: number) {
  const letter = String.fromCharCode(65 + SPOILT[defect][0])
  const finding = {line, letter, rule: defect}
  return defect === 'key-duplicate' ? [{...finding, line: line - 1}, finding] : [finding]
}

/** Spoilt rows stand at odd places and the rows before them stay good: a duplicate needs something to repeat. */
function plant(random: () => number, rows: number, defects: Partial<Record<Defect, number>>): Map<number, Defect> {
  const wanted = Object.entries(defects).flatMap(([name, times]) => Array<Defect>(times).fill(name as Defect))
  const free = Array.from({length: Math.floor(rows / 2)}, (_, index) => index * 2 + 1)
  if (wanted.length > free.length) throw new RangeError(`${wanted.length} defects do not fit ${rows} rows`)
  const planted = new Map<number, Defect>()
  for (const defect of wanted) planted.set(free.splice(Math.floor(random() * free.length), 1)[0]!, defect)
  return planted
}

function goodRow(random: () => number, index: number, language: Language): string[] {
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const [region, area] = one(AREAS[language])
  const street = one(STREETS[language])
  const place = one(PLACES[language])
  const name = language === 'zh' ? `${area}${street}${place}${index}号` : `${area} ${street} ${place} ${index}`
  const station = `${region}${String(1 + Math.floor(random() * 9)).padStart(2, '0')}0000`
  const ip = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
  const longitude = (113.8 + random() * 0.6).toFixed(6)
  const latitude = (22.45 + random() * 0.3).toFixed(6)
  return [
    `${region}0000132${String(index).padStart(7, '0')}`,
    name,
    one(['1', '2', '9', '99']),
    region,
    one(['1', '2', '3']),
    'IPC-A4',
    `${street}${place}`,
    ip,
    '',
    `02-00-00-${[16, 8, 0].map((shift) => ((index >> shift) & 255).toString(16).padStart(2, '0')).join('-')}`,
    '1',
    '5',
    '2',
    '4',
    `${area}${street} ${index}`,
    longitude,
    latitude,
    '10',
    '9',
    '1',
    language === 'zh' ? station : area,
    '2024/5/6',
    language === 'zh' ? `${area}分局` : `${area} Police`,
    '000-0000000',
    '30',
    '1',
    '1',
  ]
}

function csvCell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
