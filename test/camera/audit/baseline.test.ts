import {expect, test} from 'vitest'
import {parseBaseline, RULE_IDS} from '../../../src/camera/audit/baseline.ts'
import etsi from '../../../src/camera/audit/baselines/etsi.json' with {type: 'json'}
import {builtinBaseline} from '../../../src/camera/audit/baselines.ts'
import {factorySource, likeliestFactoryLogin} from '../../../src/camera/audit/factory-logins.ts'
import {Secret} from '../../../src/lib/secret.ts'

test('etsi: every rule once, each with a source; every provision is either checked or said not to be', () => {
  const {rules, notSeen} = builtinBaseline('etsi')
  expect(rules.map(({id}) => id)).toEqual([...RULE_IDS])
  expect(rules.every(({source}) => source.includes('ETSI EN 303 645'))).toBe(true)
  const spoken = new Set([...rules, ...notSeen].map(({provision}) => provision))
  expect([...spoken].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
})

const [rule] = etsi.rules
test.each([
  ['a name that is none', () => builtinBaseline('nist')],
  ['a rule that nobody knows', () => parseBaseline({...etsi, rules: [{...rule, id: 'magic'}]})],
  ['a misspelt member', () => parseBaseline({...etsi, rules: [{...rule, sevrity: 'low'}]})],
  ['a rule twice', () => parseBaseline({...etsi, rules: [rule, rule]})],
  ['no rule', () => parseBaseline({...etsi, rules: []})],
  ['a rule without its figure', () => parseBaseline({...etsi, rules: [{...rule, id: 'certificate-age'}]})],
  ['a rule without a source', () => parseBaseline({...etsi, rules: [{...rule, source: undefined}]})],
  [
    'a port twice',
    () =>
      parseBaseline({
        ...etsi,
        ports: [
          {port: 23, kind: 'telnet'},
          {port: 23, kind: 'other'},
        ],
      }),
  ],
  [
    'a sign on another host',
    () => parseBaseline({...etsi, factoryState: [{...etsi.factoryState[0], path: 'http://x/'}]}),
  ],
  ['no object', () => parseBaseline([])],
])('a baseline is refused: %s', (_what, read) => {
  expect(read).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
})

test('factory logins: by the pair, never by the password alone', () => {
  const login = (user: string, password: string) => factorySource({user, password: new Secret(password)})
  expect(login('admin', '12345')).toContain('Hikvision')
  expect(login('root', '')).toContain('Vivotek')
  expect(login('888888', '888888')).toContain('cameradar')
  expect(login('admin', 'correct horse battery')).toBeUndefined()
  expect(login('watch-7', '12345')).toBeUndefined()
})

test('the factory login that is tried is that of the maker, where the device says it', () => {
  const {credential} = likeliestFactoryLogin('Digest realm="HIKVISION DS-2CD"')
  expect([credential.user, credential.password.reveal()]).toEqual(['admin', '12345'])
  expect(likeliestFactoryLogin('').credential.password.reveal()).toBe('admin')
})
