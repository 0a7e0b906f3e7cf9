/** Which codes of the two tables say the same: Contact ID code → SIA code of the new event and of its restore, as pysiaalarm pairs them. */

/** Lossy: several Contact ID codes share a SIA code. Codes without a twin are missing. */
const TWINS: Readonly<Record<string, readonly [start: string, end: string]>> = {
  100: ['MA', 'MH'], 101: ['QA', 'QH'], 110: ['FA', 'FH'], 111: ['FA', 'FH'], 112: ['FA', 'FH'], 113: ['WA', 'WH'],
  114: ['KA', 'KH'], 117: ['FA', 'FH'], 120: ['PA', 'PH'], 121: ['HA', 'HH'], 122: ['HA', 'HH'], 124: ['HA', 'HH'],
  125: ['HA', 'HH'], 130: ['BA', 'BH'], 131: ['BA', 'BH'], 132: ['BA', 'BH'], 133: ['BA', 'BH'], 134: ['BA', 'BH'],
  135: ['BA', 'BH'], 136: ['BA', 'BH'], 137: ['TA', 'TR'], 138: ['BA', 'BH'], 139: ['BA', 'BH'], 140: ['BA', 'BH'],
  143: ['ET', 'ER'], 144: ['TA', 'TR'], 146: ['HA', 'HH'], 150: ['UA', 'UH'], 151: ['GA', 'GH'], 158: ['KA', 'KH'],
  159: ['ZA', 'ZH'], 162: ['GA', 'GH'], 300: ['YX', 'YZ'], 301: ['AT', 'AR'], 302: ['YT', 'YR'], 303: ['YX', 'YZ'],
  304: ['YX', 'YZ'], 305: ['YW', 'YZ'], 306: ['YX', 'YZ'], 307: ['YX', 'YZ'], 308: ['YX', 'YZ'], 309: ['YT', 'YR'],
  310: ['YX', 'YZ'], 311: ['YM', 'YR'], 312: ['YP', 'YQ'], 320: ['RC', 'RO'], 321: ['YX', 'YZ'], 322: ['YX', 'YZ'],
  323: ['RC', 'RO'], 324: ['RC', 'RO'], 325: ['RC', 'RO'], 330: ['YX', 'YZ'], 331: ['YX', 'YZ'], 332: ['YX', 'YZ'],
  333: ['ET', 'ER'], 334: ['YX', 'YZ'], 335: ['VO', 'VI'], 336: ['VT', 'VR'], 337: ['ET', 'ER'], 338: ['ET', 'ER'],
  339: ['ET', 'ER'], 341: ['ET', 'ER'], 342: ['ET', 'ER'], 343: ['ET', 'ER'], 344: ['YC', 'YK'], 350: ['YC', 'YK'],
  351: ['LT', 'LR'], 352: ['LT', 'LR'], 353: ['YC', 'YK'], 354: ['YC', 'YK'], 355: ['YC', 'YK'], 356: ['YC', 'YK'],
  357: ['YC', 'YK'], 358: ['YC', 'YK'], 373: ['FT', 'FJ'], 374: ['EA', 'BH'], 375: ['PT', 'PJ'], 376: ['HT', 'HR'],
  380: ['YX', 'YZ'], 381: ['YC', 'YK'], 382: ['YC', 'YK'], 393: ['YX', 'YZ'], 400: ['OP', 'CL'], 401: ['OP', 'CL'],
  402: ['OB', 'CB'], 403: ['OA', 'CA'], 406: ['OC', 'OC'], 407: ['OQ', 'CQ'], 408: ['OP', 'CL'], 409: ['OS', 'CS'],
  412: ['RB', 'RB'], 414: ['YT', 'YT'], 421: ['DD', 'DD'], 423: ['DF', 'DF'], 441: ['CG', 'CG'], 453: ['OI', 'OI'],
  454: ['CI', 'CI'], 456: ['CG', 'OG'], 457: ['EE', 'EE'], 461: ['DD', 'DD'], 462: ['DO', 'DO'], 463: ['YY', 'YY'],
  570: ['BB', 'BU'], 601: ['RX', 'RX'], 602: ['RP', 'RP'], 604: ['FX', 'FK'], 608: ['TX', 'TX'], 622: ['JL', 'JL'],
  623: ['JL', 'JL'], 624: ['JO', 'JO'], 625: ['JT', 'JT'], 626: ['JD', 'JD'], 627: ['LB', 'LB'], 628: ['LX', 'LX'],
  632: ['JS', 'JS'], 654: ['NA', 'NA'], 900: ['RR', 'RR'],
} // biome-ignore format: several codes a line

/** SIA codes for a Contact ID code: of the new event, then of the restore. */
export function siaTwins(code: string): readonly string[] {
  return Object.hasOwn(TWINS, code) ? (TWINS[code] ?? []) : []
}

/** Contact ID codes for a SIA code, with their qualifier: `1130` new, `3130` restored. */
export function contactIdTwins(code: string): readonly string[] {
  return Object.entries(TWINS).flatMap(([contactId, [start, end]]) => [
    ...(start === code ? [`1${contactId}`] : []),
    ...(end === code ? [`3${contactId}`] : []),
  ])
}
