/** What the inventory knows of a camera, as an observation keeps it: place, industry, tier, maker. */
import {type CameraFacts, TIERS, type Tier} from '../health/observation.ts'
import {present} from '../lib/fields.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {Camera} from '../model/device.ts'
import {headerKey} from '../site/header-text.ts'

const TIER_COLUMNS = keys('tier', '重点等级', '监控点位类型', 'PointType')
const INDUSTRY_COLUMNS = keys(
  'industry',
  '行业',
  '所属部门',
  '所属部门/行业',
  '摄像机所属部门（警种）',
  'IndustrialClassification',
)
const MAKER_COLUMNS = keys('maker', '设备厂商', 'Manufacturer', 'Brand')
const MAX_FACT = 128

/** Classes of points (监控点位类型): what the tiers take them for is a choice of this product. */
const TIER_OF_CLASS: Readonly<Record<string, Tier>> = {
  '1': 'key',
  一类: 'key',
  '2': 'industry',
  二类: 'industry',
  '3': 'other',
  三类: 'other',
  '4': 'other',
  '9': 'other',
}

/** A 20-digit code says the industry in digits 9 and 10 and the kind in 11 to 13; 138 is a mobile source (GB/T 28181 rule A). */
const CODE = /^\d{8}(?<industry>\d{2})(?<type>\d{3})\d{7}$/
const MOBILE = '138'

export function factsOf({key, name, jurisdiction, position, extra = {}}: Camera): CameraFacts {
  const {industry, type} = CODE.exec(key)?.groups ?? {}
  const columns = new Map(Object.entries(extra).map(([column, value]) => [headerKey(column), value]))
  return {
    name,
    jurisdiction,
    ...present({
      industry: cell(columns, INDUSTRY_COLUMNS) ?? (industry === undefined ? undefined : safeText(industry)),
      tier: tierOf(cell(columns, TIER_COLUMNS)),
      maker: cell(columns, MAKER_COLUMNS),
      latitude: position?.latitude,
      longitude: position?.longitude,
      mobile: type === MOBILE ? (true as const) : undefined,
    }),
  }
}

function tierOf(text: SafeText | undefined): Tier | undefined {
  const value = text?.normalize('NFKC').trim().toLowerCase() ?? ''
  return (
    TIERS.find((tier) => tier === value) ?? (Object.hasOwn(TIER_OF_CLASS, value) ? TIER_OF_CLASS[value] : undefined)
  )
}

function cell(columns: ReadonlyMap<string, SafeText>, names: readonly string[]): SafeText | undefined {
  const found = names.map((name) => columns.get(name)).find((value) => value !== undefined && value !== '')
  return found === undefined ? undefined : safeText(found, MAX_FACT)
}

function keys(...names: readonly string[]): readonly string[] {
  return names.map(headerKey)
}
