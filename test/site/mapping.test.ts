import {describe, expect, test} from 'vitest'
import {FIELDS} from '../../src/site/fields.ts'
import {columnLetter, headerKey, looksSecret} from '../../src/site/header-text.ts'
import {type Mapping, mapColumns, wishesOf} from '../../src/site/mapping.ts'

describe('mapping: columns are found by name', () => {
  test.each([
    ['the 27-column template', ['设备编码', '设备名称', 'IPV4地址', '安装地址', '经度', '纬度', '所属辖区公安机关', '管理单位'], {key: 'A', name: 'B', address: 'C', longitude: 'E', latitude: 'F', jurisdiction: 'G', owner: 'H'}],
    ['required marks, width and byte order mark', ['\uFEFF设备编码（*）', ' 设备名称* ', 'ＩＰＶ４地址(*)'], {key: 'A', name: 'B', address: 'C'}],
    ['English, however written', ['camera_id', 'Camera Name', 'LAT', 'Long', 'ip-address', 'HTTP Port'], {key: 'A', name: 'B', latitude: 'C', longitude: 'D', address: 'E', port: 'F'}],
    ['the likeliest of two', ['ID', 'Device ID', 'Name', 'Camera Name'], {key: 'B', name: 'D'}],
    ['a street is no address', ['ID', 'Name', 'Address'], {key: 'A', name: 'B'}],
  ])('%s', (_, header, letters) => {
    expect(lettersOf(mapColumns(header, wishesOf([])))).toEqual(letters)
  }) // biome-ignore format: a table

  test('--map overrides, takes several levels, and leaves out', () => {
    const wishes = wishesOf(['key=Pole', 'jurisdiction=District,Post', 'owner='])
    const mapping = mapColumns(['ID', 'Name', 'pole', 'Post', 'District', 'Owner'], wishes)
    expect(lettersOf(mapping)).toEqual({key: 'C', name: 'B', jurisdiction: 'E/D'})
    expect(mapping.extra.map(({name}) => name)).toEqual(['ID', 'Owner'])
  })

  test('a column that the file does not have is refused, the nearest first', () => {
    expect(() => mapColumns(['ID', 'CameraName', 'Owner'], wishesOf(['name=CamreaName']))).toThrow(
      expect.objectContaining({
        code: 'CW_UNKNOWN_COLUMN',
        params: {column: 'CamreaName', known: 'CameraName, ID, Owner'},
      }),
    )
  })

  test('a key that cannot be found is asked for', () => {
    expect(() => mapColumns(['Number', 'Name'], wishesOf([]))).toThrow(
      expect.objectContaining({
        code: 'CW_UNKNOWN_COLUMN',
        params: {column: 'key (--map key=…)', known: 'Number, Name'},
      }),
    )
  })

  test.each(['nam=Name', 'name', ''])('--map %s is refused, the nearest field first', (text) => {
    expect(() => wishesOf([text])).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
    if (text === 'nam=Name') expect(() => wishesOf([text])).toThrow(/one of name, /)
  })

  test('passwords are set apart and cannot be mapped', () => {
    const header = ['ID', 'Name', '设备口令', 'Admin Password', 'pwd', 'API key', 'Pass', 'Bypass']
    expect(mapColumns(header, wishesOf([])).secret.map(({letter}) => letter)).toEqual(['C', 'D', 'E', 'F', 'G'])
    expect(() => mapColumns(header, wishesOf(['name=设备口令']))).toThrow(
      expect.objectContaining({code: 'CW_UNKNOWN_COLUMN'}),
    )
  })

  test('names that objects give a meaning of their own are not kept', () => {
    const mapping = mapColumns(['ID', 'Name', '__proto__', 'constructor', ''], wishesOf([]))
    expect(mapping.extra).toEqual([])
    expect(mapping.unnamed.map(({letter}) => letter)).toEqual(['E'])
  })
})

test('header: letters are those of a spreadsheet', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
})

test('header: names that mean the same are equal', () => {
  const same = ['Camera Name', 'camera_name', 'CAMERANAME', '\u200BＣａｍｅｒａ Name（*）', 'camera-name (required)']
  expect(new Set(same.map(headerKey)).size).toBe(1)
})

test('header: columns without secrets are not taken for secret', () => {
  expect(['Compass', 'Bypass', 'Passage', '密度', 'Passenger Area'].filter(looksSecret)).toEqual([])
})

function lettersOf({fields}: Mapping) {
  const pairs = FIELDS.flatMap((field) =>
    fields[field] ? [[field, fields[field].map(({letter}) => letter).join('/')]] : [],
  )
  return Object.fromEntries(pairs)
}
