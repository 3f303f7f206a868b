// The gallery's fitted contenders are what their recipes give, and its sentences say what the page shows.
import '../../../wrappers/index.ts';
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { formatContender } from '../../../samplers/contenders/text.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { paramsOf } from '../config/fitPlan.ts';
import { fitPresets } from '../config/fitPresets.ts';
import { runFit } from './fit.ts';
import { runExperiment } from './run.ts';
import { Session } from './session.ts';

const cpu = () => new Session(createCpuBackend(diskWeights));
const presets = Object.entries(fitPresets) as [keyof typeof fitPresets, { claim: string; experiment: Experiment }][];

test.each(presets)('%s: its recipe, run again, gives the very contender', async (id, { claim, experiment }) => {
  const shown = experiment.contenders.find((c): c is Contender => c.fit !== undefined)!;
  const fit = shown.fit!;
  const asked = { experiment, contender: 0, optimiser: fit.by, params: paramsOf(fit) };
  expect(fit.seed).toBe(experiment.seed);
  const done = await runFit(cpu(), asked, () => {}, never);
  expect(formatContender(done.contender!)).toBe(formatContender(shown));
  if (id === 'gits') expect(claim).toContain(`${done.spent.toLocaleString('en-GB')} evaluations of 64 samples`);
});

/** Numbers that a claim says of contender k. */
const SAID: Readonly<Record<keyof typeof fitPresets, readonly (readonly [k: number, metric: string, said: string])[]>> =
  {
    ays: [
      [0, 'paired_median', '0.095'],
      [1, 'paired_median', '0.141'],
    ],
    gits: [
      [0, 'paired_median', '0.169'],
      [1, 'paired_median', '0.118'],
      [0, 'paired_p95', '0.493'],
      [1, 'paired_p95', '0.594'],
    ],
    stepsize: [
      [0, 'paired_median', '0.169'],
      [1, 'paired_median', '0.094'],
      [0, 'paired_p95', '0.493'],
      [1, 'paired_p95', '0.184'],
    ],
    ld3: [
      [0, 'paired_median', '0.292'],
      [1, 'paired_median', '0.0013'],
    ],
    s3: [
      [0, 'paired_median', '0.410'],
      [1, 'paired_median', '0.026'],
      [2, 'paired_median', '0.052'],
    ],
    pcm: [
      [0, 'paired_median', '0.743'],
      [1, 'paired_median', '0.137'],
      [2, 'paired_median', '0.069'],
      [3, 'paired_median', '0.049'],
    ],
    bespoke: [
      [0, 'paired_median', '0.29'],
      [1, 'paired_median', '0.123'],
      [2, 'paired_median', '0.0022'],
    ],
  };
describe('what a sentence says is what the page shows', () => {
  test.each(presets)('%s', async (id, { claim, experiment }) => {
    const shown = new Map<number, Readonly<Record<string, number | null | undefined>>>();
    const run = runExperiment(
      cpu(),
      experiment,
      null,
      (e) => e.kind === 'result' && shown.set(e.contender, e.quality),
      never,
    );
    await run;
    for (const [k, metric, said] of SAID[id]) {
      expect(claim).toMatch(new RegExp(`(?<![\\d.])${said.replace('.', '\\.')}(?!\\d)`));
      expect(shown.get(k)![metric]!.toFixed(said.length - 2), `${metric} of ${k}`).toBe(said);
    }
  });
});
