import { defineConfig } from 'vitest/config'

/** Every count at its full value, and the large scenarios: minutes to hours, before a release. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'node_modules/**'],
    env: { RECONVERGE_FULL: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
  },
})
