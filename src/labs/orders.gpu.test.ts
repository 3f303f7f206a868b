import { expect, test } from 'vitest';
import { parseLanguage } from './language/config/codec.ts';
import { parseExperiment } from './diffusion/config/codec.ts';
import { contenderPlan } from './diffusion/config/contender.ts';
import { freshContext } from '../gpu/testing.ts';
import { createGpuBackend } from '../engine/diffusion/gpuBackend.ts';
import { LanguageLab } from './language/engine/lab.ts';
import { runLanguage } from './language/engine/run.ts';
import { RunMemory } from './language/engine/runMemory.ts';
import { bundledFiles } from '../hub/testing.ts';
import { runExperiment } from './diffusion/engine/run.ts';
import { problemKey, Session } from './diffusion/engine/session.ts';
import { diskWeights, never } from '../engine/diffusion/testing.ts';

const compiled = (ctx: { pipelines: ReadonlyMap<string, unknown> }, family: string) =>
  new Set([...ctx.pipelines.keys()].map((k) => k.split('\0')[0]!).filter((label) => label.startsWith(`${family}.`)));

test('a diffusion run takes the versions that were ordered, then those that were measured, then the table’s', async () => {
  const ends: Float32Array[] = [];
  for (const [hash, tuned, expected] of [
    ['&kernels=empirical_denoiser:2.flash', { empirical_denoiser: '1.registers' }, 'empirical_denoiser.2.flash'],
    ['', { empirical_denoiser: '2.flash' }, 'empirical_denoiser.2.flash'],
    ['', {}, 'empirical_denoiser.1.registers'],
  ] as const) {
    const ctx = await freshContext();
    const { experiment } = parseExperiment(`model=moons&n=32${hash}`);
    const key = problemKey(experiment);
    const problem = await createGpuBackend(ctx, diskWeights, { tuned: () => Promise.resolve(tuned) }).prepare(
      key,
      never,
    );
    expect([...compiled(ctx, 'empirical_denoiser')]).toEqual([expected]);
    expect(problem.remarks).toEqual([]);
    ends.push((await problem.run(contenderPlan(experiment.contenders[0]!, 'moons').ops, { seed: 1, signal: never })).x);
    await problem.destroy();
    ctx.destroy();
  }
  expect(Math.max(...ends[0]!.map((v, i) => Math.abs(v - ends[2]![i]!)))).toBeLessThan(1e-3);
});

test('what a device cannot run is said, and its own choice runs', async () => {
  const ctx = await freshContext({ without: ['subgroups'] });
  const remarks: string[] = [];
  const session = new Session(createGpuBackend(ctx, diskWeights));
  await runExperiment(
    session,
    parseExperiment('model=ring8&n=4&kernels=softmax:3.subgroup').experiment,
    null,
    (e) => {
      if (e.kind === 'model') remarks.push(...e.remarks);
    },
    never,
  );
  expect(remarks).toEqual([expect.stringContaining('softmax 3.subgroup needs subgroups')]);
  await session.clear();
  ctx.destroy();
});

test('a language run takes the versions that were ordered, and says which it cannot', async () => {
  const ctx = await freshContext({ without: ['subgroups'] });
  const notices: string[] = [];
  const lab = new LanguageLab(
    (source) => Promise.resolve(bundledFiles(source)),
    () => Promise.resolve(ctx),
  );
  const run = (kernels: string) =>
    runLanguage(
      lab,
      new RunMemory(),
      parseLanguage(`lab=language&model=sotu_draft&len=2&c=greedy&kernels=${kernels}`).experiment,
      null,
      (e) => {
        if (e.kind === 'notice') notices.push(e.text);
      },
      never,
    );
  const own = await run('');
  const ordered = await run('row_dots:3.tree,softmax:3.subgroup');
  expect(compiled(ctx, 'matvec')).toContain('matvec.3.tree');
  expect(notices).toEqual([expect.stringContaining('softmax 3.subgroup needs')]);
  expect(ordered.fingerprint).toBe(own.fingerprint);
  await lab.reset();
});
