/** What each rule of an inventory found, and how to mend it, in the words of both languages. */
import type {RuleId} from '../../site/rules.ts'
import type {Language} from './language.ts'

type Words = Readonly<Record<RuleId, readonly [found: string, fix: string]>>

const en: Words = {
  'row-long': ['more cells than the header', 'put cells that contain the separator in double quotes'],
  'row-short': ['fewer cells than the header', 'check that no cell in the middle is missing'],
  'row-shifted': ['fewer cells than the header, in a file with passwords', 'complete the row: a password may have moved into another column'],
  'header-empty': ['a cell under a column without header', 'name the column in the first line, or empty it'],
  'key-missing': ['no key', 'fill in the device code'],
  'key-duplicate': ['the same key twice', 'give each device its own code, or remove one of the rows'],
  'key-unusable': ['a code too long or with invisible characters', 'retype the code; at most 128 plain characters'],
  'name-missing': ['no name', 'fill in the device name'],
  'name-long': ['the name is cut to 128 characters', 'shorten the name'],
  'spreadsheet-damage': ['a code that a spreadsheet has rounded', 'format the column as text and fill in the code again from its source'],
  'kind-unknown': ['an unknown kind of device', 'write camera, panel or zone'],
  'account-missing': ['a panel or zone without account', 'fill in the account that the panel reports under'],
  'account-form': ['no account', 'write 3 to 16 hex digits'],
  'account-duplicate': ['the same account twice', 'give each panel its own account: alarms could not be told apart'],
  'account-unused': ['an account on a camera', 'write panel as its kind, or empty the cell'],
  'account-unknown': ['a zone of an account that no panel has', 'correct the account, or import its panel first'],
  'zone-missing': ['a zone without number', 'fill in the number that the panel reports for the zone'],
  'zone-form': ['no number of a zone', 'write digits as the panel reports them: 3 or 003'],
  'zone-duplicate': ['the same zone of the same account and partition twice', 'correct the number or partition, or remove one of the rows'],
  'zone-taken': ['a zone that the platform has under another key', 'give the row the key that the platform has, or correct its number'],
  'partition-form': ['no number of a partition', 'write digits; leave it empty or write 0 where the panel has no partitions'],
  'code-unknown': ['an event code that neither table has', 'write a SIA or Contact ID code such as BA or 130 (citywatch panel code finds them), or empty the cell'],
  'address-form': ['no address of a device', 'write host, host:port or http://host:port/path'],
  'address-login': ['an address with a login in it; the login is dropped', 'remove the login from the file'],
  'address-duplicate': ['the same address twice', 'check which of the cameras stands there'],
  'port-range': ['no port', 'write a number from 1 to 65535'],
  'port-foreign': ['a port that usually speaks another protocol than ONVIF', 'give the ONVIF port, or leave the column out with --map port='],
  'coordinates-number': ['coordinates that are no decimal degrees', 'write degrees as 22.543096'],
  'coordinates-half': ['half of a pair of coordinates', 'fill in both latitude and longitude, or neither'],
  'coordinates-zero': ['coordinates 0, 0', 'empty both cells when the place is not known'],
  'coordinates-swapped': ['latitude and longitude exchanged', 'exchange the two cells, or the columns with --map'],
  'coordinates-range': ['coordinates outside the globe', 'latitude −90 to 90, longitude −180 to 180'],
  'position-form': ['no position', 'write POINT (longitude latitude) or (latitude, longitude)'],
  'position-axes': ['a POINT with its axes exchanged; read as latitude, longitude', 'write POINT (longitude latitude)'],
  'jurisdiction-empty': ['an empty level of the jurisdiction; the path ends above it', 'fill in the district and post'],
  'jurisdiction-form': ['a name that cannot be part of a jurisdiction', 'use letters and digits; the whole path at most 128'],
  'supervision-form': ['no time that a device may be silent', 'write 90s, 5m or 25h (5s to 90d), or off'],
  'site-differs': ['one site with two names or jurisdictions; the first row counts', 'make the rows of the site agree'],
  'extra-cut': ['more unmapped text than is kept', 'remove columns that are not needed'],
} // biome-ignore format: one rule a line

const zh: Words = {
  'row-long': ['单元格多于表头', '含分隔符的单元格请加双引号'],
  'row-short': ['单元格少于表头', '请检查中间是否缺少单元格'],
  'row-shifted': ['单元格少于表头，且文件含口令', '请补全该行：口令可能已移入其他列'],
  'header-empty': ['无表头的列中有内容', '请在首行填写列名，或清空该列'],
  'key-missing': ['缺少编码', '请填写设备编码'],
  'key-duplicate': ['编码重复', '请为每台设备使用唯一编码，或删除其中一行'],
  'key-unusable': ['编码过长或含不可见字符', '请重新录入编码，最多 128 个普通字符'],
  'name-missing': ['缺少名称', '请填写设备名称'],
  'name-long': ['名称已截断为 128 个字符', '请缩短名称'],
  'spreadsheet-damage': ['编码已被电子表格四舍五入', '请将该列设为文本格式，并从来源重新填写编码'],
  'kind-unknown': ['未知的设备类别', '请填写 camera、panel 或 zone'],
  'account-missing': ['报警主机或防区缺少账号', '请填写主机上报使用的账号'],
  'account-form': ['账号格式不正确', '请填写 3 至 16 位十六进制数字'],
  'account-duplicate': ['账号重复', '请为每台主机使用唯一账号，否则无法区分报警'],
  'account-unused': ['摄像机行含有账号', '请将类别写为 panel，或清空该单元格'],
  'account-unknown': ['防区的账号不属于任何报警主机', '请更正账号，或先导入该报警主机'],
  'zone-missing': ['缺少防区号', '请填写主机上报的防区号'],
  'zone-form': ['防区号不正确', '请填写主机上报的数字，如 3 或 003'],
  'zone-duplicate': ['同一账号同一分区的防区号重复', '请更正防区号或分区，或删除其中一行'],
  'zone-taken': ['平台上该防区使用另一编码', '请使用平台上的编码，或更正防区号'],
  'partition-form': ['分区号不正确', '请填写数字；主机无分区时留空或填 0'],
  'code-unknown': ['两个代码表中都没有该事件代码', '请填写 SIA 或 Contact ID 代码，如 BA 或 130（可用 citywatch panel code 查询），或清空该单元格'],
  'address-form': ['不是设备地址', '写法：主机、主机:端口 或 http://主机:端口/路径'],
  'address-login': ['地址中含有登录信息，已去除', '请从文件中删除登录信息'],
  'address-duplicate': ['地址重复', '请核对该地址属于哪台摄像机'],
  'port-range': ['端口不正确', '请填写 1 至 65535 的数字'],
  'port-foreign': ['该端口通常不是 ONVIF 端口', '请填写 ONVIF 端口，或用 --map port= 不使用该列'],
  'coordinates-number': ['坐标不是十进制度', '写法如 22.543096'],
  'coordinates-half': ['坐标只有一半', '请同时填写经度和纬度，或都留空'],
  'coordinates-zero': ['坐标为 0, 0', '位置未知时请将两个单元格留空'],
  'coordinates-swapped': ['经纬度颠倒', '请对调两个单元格，或用 --map 对调两列'],
  'coordinates-range': ['坐标超出范围', '纬度 −90 至 90，经度 −180 至 180'],
  'position-form': ['位置格式不正确', '写法：POINT (经度 纬度) 或 (纬度, 经度)'],
  'position-axes': ['POINT 的坐标轴颠倒，已按纬度、经度读取', '写法：POINT (经度 纬度)'],
  'jurisdiction-empty': ['辖区某级为空，路径到其上级为止', '请填写辖区各级'],
  'jurisdiction-form': ['名称不能作为辖区', '请使用文字和数字，整个路径最多 128 个字符'],
  'supervision-form': ['不是有效的失联判定时间', '请填写 90s、5m 或 25h（5s 至 90d），不监测请填 off'],
  'site-differs': ['同一站点有两个名称或辖区，以首行为准', '请统一该站点各行'],
  'extra-cut': ['未映射的内容过多，未全部保留', '请删除不需要的列'],
} // biome-ignore format: one rule a line

const WORDS: Readonly<Record<Language, Words>> = {en, zh}

/** What was found and what to do about it. */
export function ruleWords(rule: RuleId, language: Language): {found: string; fix: string} {
  const [found, fix] = WORDS[language][rule]
  return {found, fix}
}
