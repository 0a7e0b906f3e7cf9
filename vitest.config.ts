import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**', 'test/fixtures/**'],
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
          globalSetup: ['test/support/build.ts'],
          pool: 'forks',
          maxWorkers: 3,
          sequence: {groupOrder: 1},
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
