import { defineConfig } from 'vitest/config'

/** The tier of every commit: Node and npm only, reduced counts, at most six minutes on two cores. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/system/**', 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
