import {expect, test} from 'vitest'
import {factsOf} from '../../src/cli/health-facts.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {gate} from '../support/cameras.ts'

const extra = (columns: Record<string, string>) =>
  Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, safeText(value)]))

test.each([
  ['nothing', {}, {}],
  ['a class of points', {'监控点位类型（*）': '1'}, {tier: 'key'}],
  ['a class in words', {监控点位类型: '二类'}, {tier: 'industry'}],
  ['a tier of our own', {Tier: 'Other'}, {tier: 'other'}],
  ['a class that nobody knows', {监控点位类型: '7'}, {}],
  ['department and maker', {'所属部门/行业': '8', 设备厂商: '海康威视'}, {industry: '8', maker: '海康威视'}],
])('facts of a camera whose inventory says %s', (_what, columns, facts) => {
  expect(factsOf({...gate, extra: extra(columns)})).toEqual({name: 'North gate', jurisdiction: 'city.north', ...facts})
})

test('a 20-digit code tells the industry, and a mobile source', () => {
  expect(factsOf({...gate, key: '34020000111320000001'})).toMatchObject({industry: '11'})
  expect(factsOf({...gate, key: '34020000111380000001'})).toMatchObject({mobile: true})
  expect(factsOf({...gate, position: {latitude: 1, longitude: 2}})).toMatchObject({latitude: 1, longitude: 2})
})
