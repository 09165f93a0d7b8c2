import { defineConfig } from 'vitest/config';

// These ask real registries and a shared engine, which have bad moments: a second try on CI is shown in the report, not hidden.
const slow = { testTimeout: 180_000, hookTimeout: 300_000, retry: process.env['CI'] ? 1 : 0 };

export default defineConfig({
  test: {
    projects: [
      // Each file makes what it needs, so they can share a process: most of the time would go into starting one for each.
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'], isolate: false, maxWorkers: 2 } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...slow } },
      { test: { name: 'engine', include: ['test/engine/**/*.test.ts'], ...slow } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], ...slow } },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], ...slow } },
    ],
  },
});
