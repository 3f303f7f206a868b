import { defineConfig } from 'vitest/config';

const pure = { include: ['src/**/*.test.ts'], exclude: ['src/**/*.gpu.test.ts'] };
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', environment: 'node', testTimeout: 60_000, ...pure } },
      // One process sees one Vulkan driver, and a device is dear on a software adapter: one worker, files in turn.
      {
        test: {
          name: 'gpu',
          environment: 'node',
          include: ['src/**/*.gpu.test.ts'],
          pool: 'forks',
          poolOptions: { forks: { singleFork: true } },
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
