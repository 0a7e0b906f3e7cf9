/** What a row can say about a device, and the column names that say it in the inventories seen so far. */
import {headerKey} from './header-text.ts'

export const FIELDS = [
  'key',
  'name',
  'site',
  'siteName',
  'jurisdiction',
  'latitude',
  'longitude',
  'position',
  'address',
  'port',
  'xaddr',
  'owner',
  'account',
  'kind',
  'partition',
  'zone',
  'code',
  'maker',
  'model',
  'firmware',
  'supervision',
] as const
export type Field = (typeof FIELDS)[number]

/**
 * Names that mean a field, the likeliest first; compared by `headerKey`. `Address` alone is not here: it is a street in one
 * inventory and an IP address in the next, so it takes a --map.
 */
const ALIASES: Readonly<Record<Field, readonly string[]>> = {
  key: ['设备编码', '国标编码', '设备国标编码', '设备编号', '编码', 'DeviceID', 'Camera ID', 'Device Code', 'ApeID', '관리번호', 'Key', 'ID', 'Code'],
  name: ['防区名称', 'Zone Name', 'Zone Description', '设备名称', '监控点名称', '点位名称', '摄像机名称', '名称', 'Camera Name', 'Device Name', 'Name'],
  site: ['站点编码', '场所编码', '站点', 'Site', 'Site ID', 'Site Key', 'Site Code', 'Location ID'],
  siteName: ['站点名称', '场所名称', 'Site Name'],
  jurisdiction: ['所属辖区公安机关', '所属辖区', '辖区', '行政区域', '行政区划编码', '行政区划', 'CivilCode', 'Jurisdiction', 'Police District', 'District'],
  latitude: ['纬度', '维度', 'Latitude', 'Lat', 'WGS84위도', '위도'],
  longitude: ['经度', 'Longitude', 'Long', 'Lng', 'Lon', 'WGS84경도', '경도'],
  position: ['坐标', '经纬度', 'Position', 'Coordinates', 'Geometry', 'WKT'],
  address: ['IPV4地址', 'IP地址', '设备IP', '设备IP地址', 'IP Address', 'IPAddr', 'IP', 'IPv4', 'IPv4 Address', 'Host', 'Hostname'],
  port: ['ONVIF端口', '访问端口', '端口', 'ONVIF Port', 'HTTP Port', 'Port'],
  xaddr: ['ONVIF地址', 'XAddr', 'ONVIF', 'ONVIF URL', 'ONVIF Address', 'Device Service'],
  owner: ['管理单位', '建设单位/设备归属', '所属单位', 'ManagementUnit', 'Owner', 'Agency', 'Operator', '관리기관명'],
  account: ['报警账号', '主机账号', '报警主机编号', '用户编号', 'Account', 'Account Number', 'Account No', 'Panel Account'],
  kind: ['设备类别', '类别', 'Kind', 'Device Kind'],
  partition: ['分区', '分区号', '子系统', '子系统号', 'Partition', 'Partition Number', 'Area', 'Area Number'],
  zone: ['防区号', '防区', '防区编号', 'Zone', 'Zone Number', 'Zone No', 'Zone #'],
  code: ['报警代码', '事件代码', '报警码', '事件码', 'Event Code', 'Expected Code', 'Alarm Code', 'SIA Code', 'CID Code', 'Contact ID', 'Code'],
  maker: ['主机厂商', '设备厂商', 'Panel Maker', 'Maker', 'Manufacturer', 'Make'],
  model: ['主机型号', '设备型号', 'Panel Model', 'Model'],
  firmware: ['固件版本', '软件版本', 'Firmware', 'Firmware Version'],
  supervision: ['心跳周期', '监测周期', '失联判定时间', 'Supervision', 'Supervision Interval', 'Heartbeat Interval'],
} // biome-ignore format: one field a line reads as the table it is

/** Normalised names that mean the field, likeliest first. */
export function aliasesOf(field: Field): readonly string[] {
  return ALIASES[field].map(headerKey)
}

/** Fields that only panels and zones have: looked for by name where there is a column of accounts. Cameras keep such columns as they are. */
export const ACCOUNT_FIELDS: ReadonlySet<Field> = new Set<Field>([
  'partition',
  'zone',
  'code',
  'maker',
  'model',
  'firmware',
])

/** In a table of zones these name the event's code or a row's number, not the key. */
const NO_ZONE_KEYS = new Set(['Code', 'ID', '编码'].map(headerKey))

/** What may name the key of a zone. */
export function zoneKeyAliases(): readonly string[] {
  return aliasesOf('key').filter((alias) => !NO_ZONE_KEYS.has(alias))
}

/** Columns whose 6- or 12-digit values are codes with the hierarchy inside (GB/T 2260; GA/T 380 begins with it). */
const CODED = new Set(['所属辖区公安机关', '行政区域', '行政区划编码', '行政区划', 'CivilCode'].map(headerKey))

export function holdsRegionCodes(header: string): boolean {
  return CODED.has(headerKey(header))
}

/** Other headers of the 27- and 73-column templates and of the Korean standard data: known words, without a field here. */
const OTHER_HEADERS = `
设备厂商 监控点位类型 设备型号 点位俗称 IPV6地址 MAC地址 摄像机类型 摄像机功能类型 补光属性 摄像机编码格式 安装地址 摄像机位置类型 监控方位
联网属性 安装时间 管理单位联系方式 录像保存天数 设备状态 所属部门 所属部门/行业 序号 原设备编码 拾音器 父设备 建设单位/平台归属代码
摄像机所属部门(警种) 管理员姓名 管理员联系电话 承建单位 维护单位 接入方式 视频编码格式 图像分辨率 摄像机补光属性 后端结构化 镜头类型 安装类型
高度类型 周边标志 摄像机安装位置室内外 摄像机监控方位 立杆编号 摄像机实景图片 接入网络 设备MAC地址 关联编码器 设备用户名 设备口令 通道号
连接协议 启用时间 报废时间 巡检状态 存储设备编码 存储通道号 存储类型 备注 采集区域类型 更新时间
소재지도로명주소 소재지지번주소 설치목적구분 카메라대수 카메라화소수 촬영방면정보 보관일수 설치연월 설치년월 관리기관전화번호 데이터기준일자`

/** Every header word known, normalised. */
export function knownHeaders(): ReadonlySet<string> {
  return new Set([...FIELDS.flatMap(aliasesOf), ...OTHER_HEADERS.trim().split(/\s+/).map(headerKey)])
}
