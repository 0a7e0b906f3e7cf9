/** Column names made comparable: `设备编码（*）`, `Camera Name` and `camera_name` as people mean them. */

const INVISIBLE = /[\u00AD\u200B-\u200F\u2060\uFEFF]/g

/** The name without marks of width, case, spacing and "required": equal for names that mean the same. */
export function headerKey(raw: string): string {
  return headerName(raw)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\((?:\*|必填|required)\)|\*/g, '')
    .replace(/[\s_.-]+/g, '')
}

/** The name as the file spells it, without byte order mark, invisible characters and outer blanks. */
export function headerName(raw: string): string {
  return raw.replace(INVISIBLE, '').trim()
}

/** Spreadsheet letters of a column, counted from 0: 0 → A, 26 → AA. */
export function columnLetter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26))
  return index < 26 ? last : columnLetter(Math.floor(index / 26) - 1) + last
}

const SECRET =
  /口令|密码|密碼|密钥|密鑰|pass(?:word|wd|code|phrase)|pwd$|^pass$|secret|token|apikey|accesskey|privatekey|credential|비밀번호|암호/

/** True for columns that hold passwords or keys by their name. Such cells are neither imported nor printed. */
export function looksSecret(header: string): boolean {
  return SECRET.test(headerKey(header))
}
