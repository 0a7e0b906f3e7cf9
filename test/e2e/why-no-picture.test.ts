import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {expect, test} from 'vitest'
import {CAUSES} from '../../src/model/cause.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(`${root}docs/why-no-picture.md`, 'utf8')

// A camera without power is simulated on Linux alone.
test.skipIf(process.platform !== 'linux')(
  'docs/why-no-picture.md: each command prints what the page says',
  async () => {
    const {exitCode, stderr} = await execa(process.execPath, ['scripts/why-no-picture.mjs', '--check'], {
      cwd: root,
      reject: false,
    })
    expect([exitCode, stderr]).toEqual([0, ''])
  },
)

test('docs/why-no-picture.md: every section is in its table, by a cause that there is', () => {
  const sections = [...page.matchAll(/^### (.*): `([a-z-]+)`$/gm)].map(([, title, cause]) => `${cause} ${title}`)
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| \[(.*)\]\(#.*\) \|$/gm)].map(
    ([, cause, title]) => `${cause} ${title}`,
  )
  expect(rows).toEqual(sections)
  expect(sections.filter((line) => !Object.hasOwn(CAUSES, line.split(' ')[0]!))).toEqual([])
})

test('docs/why-no-picture.md: every link of its table leads to a section', () => {
  const anchors = [...page.matchAll(/^### (.*)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-')}`,
  )
  expect([...page.matchAll(/\]\((#[^)]*)\)/g)].map(([, anchor]) => anchor)).toEqual(anchors)
})
