import { defineConfig } from 'vitest/config';

// Adapter by adapter: where two run (scripts/gpu-tests.mjs), these stay with the first, which is lavapipe. They are about
// whole runs and the life of devices, not about kernels, and take minutes on SwiftShader, where the browser tests run all
// labs. docs/decisions/0016-two-tiers.md
const ofTheFirst = [
  'src/cli/**/*.gpu.test.ts',
  'src/engine/pipeline/**/*.gpu.test.ts',
  'src/kernels/languageFloor.gpu.test.ts',
  'src/labs/**/*.gpu.test.ts',
  'src/measure/profile.gpu.test.ts',
  'src/measure/tune.gpu.test.ts',
  'src/networks/graph/**/*.gpu.test.ts',
];
const reduced = process.env['REDUCED'] === '1' && process.env['FULL'] !== '1';
/** Where numbers of the clock are held to a bound: with TIMED=without left to a process of their own, TIMED=only, which has the machine to itself. */
const timed = ['src/kernels/speed.gpu.test.ts', 'src/measure/measure.gpu.test.ts', 'src/measure/tune.gpu.test.ts'];
const only = process.env['TIMED'] === 'only';

const pure = { include: ['src/**/*.test.ts'], exclude: ['src/**/*.gpu.test.ts'] };
export default defineConfig({
  test: {
    // Vitest keeps a core for itself; of two cores that is half. Its own process waits for its workers most of the time.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', environment: 'node', testTimeout: 60_000, ...pure } },
      // One process sees one Vulkan driver, and a device is dear on a software adapter: one worker, files in turn.
      {
        test: {
          name: 'gpu',
          environment: 'node',
          include: only ? timed : ['src/**/*.gpu.test.ts'],
          exclude: [...(reduced ? ofTheFirst : []), ...(process.env['TIMED'] === 'without' ? timed : [])],
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
