import {execa} from 'execa'
import {expect, test} from 'vitest'

const root = `${import.meta.dirname}/..`

/** What the wall checker says of `src` under a folder. Run on the Node.js that runs this test. */
const cruise = (folder: string) =>
  execa(
    process.execPath,
    [
      `${root}/node_modules/dependency-cruiser/bin/dependency-cruiser.mjs`,
      'src',
      '--config',
      `${root}/.dependency-cruiser.cjs`,
    ],
    {
      cwd: `${root}/${folder}`,
      reject: false,
      all: true,
    },
  )

test('imports point downward, and the checker sees the modules it claims to check', async () => {
  const {exitCode, all} = await cruise('.')
  expect(all).toMatch(/\((?:[1-9]\d{2,}) modules/)
  expect({exitCode, all}).toMatchObject({exitCode: 0})
})

test.each([
  ['an upward import', 'no-upward:src/lib'],
  ['rooms of one row that know each other', 'no-sibling:src/panel'],
  ['a codec that opens a socket', 'protocol-is-sans-io'],
  ['a command with a package of its own', 'commands-are-thin'],
  ['Ink outside the screens', 'ink-react-in-one-place'],
  ['SQL outside the store', 'sql-in-the-store'],
  ['a cycle', 'no-circular'],
])('the walls refuse %s', async (_what, rule) => {
  const {exitCode, all} = await planted
  expect(all).toContain(rule)
  expect(exitCode).toBeGreaterThan(0)
})

const planted = cruise('test/fixtures/walls')
