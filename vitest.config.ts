import { defineConfig } from 'vitest/config';

// Adapter by adapter: where two run (scripts/gpu-tests.mjs), these stay with the first, which is lavapipe. They are about
// the life of devices and runs, not about kernels, and take minutes on SwiftShader. Whole runs of the bundled picture
// model are the browser tests' there too. docs/decisions/0016-two-tiers.md
const ofTheFirst = [
  'src/cli/pictures.gpu.test.ts',
  'src/kernels/languageFloor.gpu.test.ts',
  'src/labs/memory.gpu.test.ts',
  'src/labs/orders.gpu.test.ts',
  'src/labs/kernels/engine/lab.gpu.test.ts',
  'src/labs/language/engine/lab.gpu.test.ts',
  'src/labs/language/engine/loss.gpu.test.ts',
  'src/labs/language/engine/runs.gpu.test.ts',
  'src/labs/pictures/engine/best.gpu.test.ts',
  'src/labs/pictures/engine/grid.gpu.test.ts',
  'src/labs/pictures/engine/guidance.gpu.test.ts',
  'src/labs/pictures/engine/lab.gpu.test.ts',
  'src/labs/pictures/engine/runs.gpu.test.ts',
  'src/measure/profile.gpu.test.ts',
  'src/measure/tune.gpu.test.ts',
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
