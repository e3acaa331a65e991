import { defineConfig } from 'vitest/config'

/** The tier that runs other programs; one file at a time, since they share the machine's ports and package cache. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
