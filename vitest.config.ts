import {fileURLToPath} from 'node:url'
import {defineConfig} from 'vitest/config'

// Worker threads of the stores start many times; what is read once needs no parsing again.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url))

/** Servers and processes that are killed, for long: `npm run test:faults`, and `.ci/run`. */
const FAULTS = 'test/**/*.fault.test.ts'
/** Somebody else's players, servers and databases, which take most of the processor: `npm run test:peers`, and `.ci/run`. */
const PEERS = 'test/**/*.peer.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/fixtures/**', FAULTS, PEERS],
          pool: 'threads',
          isolate: false,
          maxWorkers: 5,
          sequence: {groupOrder: 0},
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [FAULTS, PEERS],
          globalSetup: ['test/support/build.ts'],
          pool: 'forks',
          maxWorkers: 3,
          sequence: {groupOrder: 1},
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: [FAULTS],
          globalSetup: ['test/support/build.ts'],
          pool: 'threads',
          isolate: false,
          maxWorkers: 3,
          sequence: {groupOrder: 2},
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'peers',
          include: [PEERS],
          pool: 'threads',
          isolate: false,
          maxWorkers: 2,
          sequence: {groupOrder: 3},
          testTimeout: 120_000,
        },
      },
    ],
  },
})
