import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two workers: the suite is sized for two cores, and each engine session brings threads of its own.
    maxWorkers: 2,
  },
})
