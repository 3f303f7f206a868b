import { expect, test } from 'vitest';
import { parseExperiment } from './diffusion/config/codec.ts';
import { contenderPlan, newContender } from './diffusion/config/contender.ts';
import { parseLanguage } from './language/config/codec.ts';
import { full } from '../core/testing.ts';
import { freshContext } from '../gpu/testing.ts';
import { createGpuBackend } from '../engine/diffusion/gpuBackend.ts';
import { LanguageLab } from './language/engine/lab.ts';
import { runLanguage } from './language/engine/run.ts';
import { RunMemory } from './language/engine/runMemory.ts';
import { bundledFiles } from '../hub/testing.ts';
import { Session } from './diffusion/engine/session.ts';
import { diskWeights, never } from '../engine/diffusion/testing.ts';

/** 500 in the full tier. What a run leaves shows after the next one; what every tenth leaves, after the second round. */
const RUNS = full ? 500 : 150;

test(`${RUNS} diffusion runs on problems that come and go leave live GPU bytes where they were`, async () => {
  const ctx = await freshContext();
  const session = new Session(createGpuBackend(ctx, diskWeights));
  const experiments = ['model=ring8&n=16', 'model=moons&n=8', 'model=ring8&n=16&learned=1'].map(
    (hash) => parseExperiment(hash).experiment,
  );
  const plans = [
    contenderPlan(newContender('euler', 2), 'ring8').ops,
    contenderPlan(newContender('dpmpp_2m_sde', 3), 'ring8').ops,
  ];
  let settled: object | undefined;
  for (let i = 0; i < RUNS; i++) {
    // Every tenth run another problem: buffers are freed and made anew.
    const { problem } = await session.prepare(experiments[Math.floor(i / 10) % experiments.length]!, never);
    await problem.run(plans[i % 2]!, { seed: i, signal: never, ...(i % 3 === 0 && { onFrame: () => {} }) });
    const now = {
      owners: Object.fromEntries(ctx.buffers.bytesByOwner()),
      buffers: ctx.buffers.count,
      pipelines: ctx.counters.pipelinesCreated,
    };
    if (i === 59) settled = now; // each problem was met twice, each way of running too
    if (settled && i % 30 === 29 && Math.floor(i / 10) % experiments.length === 2)
      expect(now, `run ${i + 1}`).toEqual(settled);
  }
  expect(settled).toBeDefined();
  await session.clear();
  expect(ctx.buffers.count).toBe(0);
  ctx.destroy();
});

test(`${RUNS} language runs leave nothing but the model's weights`, async () => {
  const ctx = await freshContext();
  const lab = new LanguageLab(
    (source) => Promise.resolve(bundledFiles(source)),
    () => Promise.resolve(ctx),
  );
  const run = (i: number) =>
    runLanguage(
      lab,
      new RunMemory(),
      parseLanguage(`lab=language&model=sotu_draft&len=1&n=${1 + (i % 3)}&seed=${i}&prompt=We&c=sampling`).experiment,
      null,
      () => {},
      never,
    );
  await run(0);
  const settled = { ...lab.memory(), bytes: ctx.buffers.liveBytes };
  expect(Object.keys(settled.owners)).toEqual(['target weights']);
  for (let i = 1; i < RUNS; i++) {
    await run(i);
    expect({ ...lab.memory(), bytes: ctx.buffers.liveBytes }, `run ${i + 1}`).toEqual(settled);
  }
  await lab.reset();
});
