import {expect, test} from 'vitest'
import {CONTACT_ID} from '../../../src/model/codes/contact-id.ts'
import {CONTACT_ID_ZH} from '../../../src/model/codes/contact-id-zh.ts'
import {lookUpCodes} from '../../../src/model/codes/lookup.ts'
import {SIA} from '../../../src/model/codes/sia.ts'
import {SIA_ZH} from '../../../src/model/codes/sia-zh.ts'

const found = (...words: readonly string[]) => lookUpCodes(words).map(({code}) => code)

test('code: BA, whole', () => {
  expect(lookUpCodes(['BA'])).toEqual([
    {
      scheme: 'sia',
      code: 'BA',
      name: 'Burglary alarm',
      zh: '入侵报警',
      category: 'burglary',
      priority: 2,
      dispatch: 'police',
      subject: 'zone',
      twins: ['1130', '1131', '1132', '1133', '1134', '1135', '1136', '1138', '1139', '1140'],
    },
  ])
})

test.each(['130', '1130', 'E130', 'r130'])('code: %s is Contact ID 130, with its SIA twins', (word) => {
  expect(lookUpCodes([word])).toMatchObject([
    {scheme: 'contact-id', code: '130', zh: '入侵报警（未指明）', twins: ['BA', 'BH']},
  ])
})

test('code: a restore has the restores of the other table for twins', () => {
  expect(lookUpCodes(['AR', 'YQ']).map(({twins}) => twins)).toEqual([['3301'], ['3312']])
})

test('code: several codes one by one, several words all together', () => {
  expect(found('130', 'BA', 'RP')).toEqual(['130', 'BA', 'RP'])
  expect(found('130 BA')).toEqual(['130', 'BA'])
  expect(found('burglary', 'restored')).toEqual(['BH'])
  expect(found('burglary', '130', 'restored', 'BH')).toEqual(['130', 'BH'])
  expect(found('Burglary', '24-hour')).toEqual(['133', '150'])
  expect(found('zebra')).toEqual([])
  expect(found('constructor')).toEqual([])
  expect(found('')).toEqual([])
})

test('code: Chinese words, alone and together', () => {
  expect(found('步测')).toEqual(['607', '613', '614', '615', 'TP'])
  expect(found('防区', '旁路')).toEqual(expect.arrayContaining(['570', '573', 'BB', 'FB']))
  expect(found('防区').length).toBeGreaterThan(100)
  expect(found('防拆').length).toBeGreaterThan(10)
})

test('code: every Chinese name belongs to a code, and says something of its own', () => {
  for (const [names, table] of [
    [SIA_ZH, SIA],
    [CONTACT_ID_ZH, CONTACT_ID],
  ] as const) {
    expect(Object.keys(names).filter((code) => !Object.hasOwn(table, code))).toEqual([])
    expect(Object.entries(names).filter(([, name]) => !/\p{Script=Han}/u.test(name))).toEqual([])
    const ends = Object.entries(table)
      .filter(([, row]) => row[5] === 'restore')
      .map(([code]) => code)
    expect(new Set(Object.values(names)).size).toBeGreaterThan(Object.keys(names).length - 5)
    expect(ends.filter((code) => /^.+(?:报警|故障)$/.test((names as Record<string, string>)[code] ?? ''))).toEqual([])
  }
})

test('code: every code has a Chinese name', () => {
  expect(Object.keys(SIA).filter((code) => !Object.hasOwn(SIA_ZH, code))).toEqual([])
  expect(Object.keys(CONTACT_ID).filter((code) => !Object.hasOwn(CONTACT_ID_ZH, code))).toEqual([])
})
