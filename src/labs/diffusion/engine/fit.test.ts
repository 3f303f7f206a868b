import '../../../wrappers/index.ts';
import { describe, expect, test } from 'vitest';
import { parseExperiment } from '../config/codec.ts';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import type { Backend } from '../../../engine/diffusion/problem.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { OptimiserId } from '../../../optimisers/index.ts';
import { formatBeginning, parseBeginning } from '../../../samplers/contenders/beginning.ts';
import { formatContender, parseContender } from '../../../samplers/contenders/text.ts';
import type { OwnWrapper } from '../../../samplers/contenders/wrapping.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import { contenderNfe, contenderPlan, newContender } from '../config/contender.ts';
import type { Contender } from '../config/experiment.ts';
import { fitEvaluations, paramsOf } from '../config/fitPlan.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { runFit, type FitAsk, type FitProgress } from './fit.ts';
import { Session } from './session.ts';

const CONTENDERS =
  'c=euler:karras:7&c=dpmpp_2m:karras:7&c=euler_ancestral:karras:7&c=heun:explicit(20_4_1)&c=dpm_adaptive:karras:6';
const { experiment } = parseExperiment(`model=grid4&n=128&seed=3&${CONTENDERS}`);
const cpu = () => new Session(createCpuBackend(diskWeights));
const ask: FitAsk = { experiment, contender: 0, optimiser: 'gits', params: { gamma: 1 } };
const pairedError = async (contender: Contender) => {
  const events: RunEvent[] = [];
  const e = { ...experiment, contenders: [contender] };
  await runExperiment(cpu(), e, null, (event) => events.push(event), never);
  return events.find((event) => event.kind === 'result')!.quality['paired_median']!;
};
const few: Partial<Record<OptimiserId, FitAsk['params']>> = {
  ld3: { iterations: 40 },
  s3: { losses: 60 },
  bespoke: { iterations: 40 },
};

describe('a contender fitted to the model at hand', () => {
  test.each(['gits', 'optimal_stepsize', 'ld3', 's3', 'bespoke'] as const)(
    '%s: better than Euler on Karras, on other noise; it says so, and by how much',
    async (optimiser) => {
      const told: FitProgress[] = [];
      const done = await runFit(cpu(), { ...ask, optimiser, params: few[optimiser] ?? {} }, (p) => told.push(p), never);
      const found = done.contender!;
      const params = Object.fromEntries(
        Object.entries(few[optimiser] ?? {}).map(([key, value]) => [key, String(value)]),
      );
      expect(found.fit).toEqual({
        by: optimiser,
        model: 'grid4',
        sampler: found.sampler,
        steps: found.steps,
        seed: 3,
        ...(few[optimiser] && { params }),
      });
      expect(told.at(-1)!.fraction).toBe(1);
      expect(contenderNfe(found, 'grid4', found.steps)).toBeLessThanOrEqual(7);
      const [before, after] = [await pairedError(experiment.contenders[0]!), await pairedError(found)];
      expect(after).toBeLessThan(0.8 * before);
      const { judged } = done;
      expect(judged!.gain).toBeGreaterThan(judged!.half);
      expect(judged!.starts).toBe(384);
      expect(judged!.before.median / before).toBeGreaterThan(0.7);
      expect(judged!.before.median / before).toBeLessThan(1.4);
      expect(judged!.before.mean - judged!.after.mean).toBeCloseTo(judged!.gain, 10);
      // It is what a link says of it.
      const refusals: Refusal[] = [];
      expect(parseContender(formatContender(found), '', refusals)).toEqual(found);
      expect(refusals).toEqual([]);
    },
  );
  test.each(['gits', 'optimal_stepsize', 'ays_computed', 'ld3', 'bespoke', 's3', 'pcm'] as const)(
    '%s: what it cost is what was said beforehand',
    async (optimiser) => {
      const params = few[optimiser] ?? { levels: 20 };
      const done = await runFit(cpu(), { ...ask, optimiser, params }, () => {}, never);
      const said = fitEvaluations(experiment, experiment.contenders[0]!, optimiser, params);
      // How many plans are validated hangs on how often there is a better one.
      if (optimiser === 's3') expect(done.spent).toBeLessThanOrEqual(said);
      else expect(done.spent).toBe(said);
      expect(done.spent).toBeGreaterThan(0.9 * said);
    },
  );
  test('PCM: numbers that bring two sweeps nearer to the fine solution, on fresh starts, and how each sweep went', async () => {
    const c = parseContender('pcm(sweeps=2):karras:20', '', [])!;
    const asked = { ...ask, experiment: { ...experiment, contenders: [c] }, optimiser: 'pcm' as const, params: {} };
    const { contender, judged, evidence } = await runFit(cpu(), asked, () => {}, never);
    expect(contender!.params['numbers']).not.toBe('');
    expect(judged!.after.median).toBeLessThan(0.3 * judged!.before.median);
    expect(judged!.gain).toBeGreaterThan(judged!.half);
    expect(evidence.map((e) => e.kind)).toEqual(['sweeps']);
    const refusals: Refusal[] = [];
    expect(parseContender(formatContender(contender!), '', refusals)).toEqual(contender);
    expect(refusals).toEqual([]);
  });
  test.each(['euler:exponential:7', 'dpmpp_2m:karras(rho=5):6', 'euler:karras:7'])(
    'from %s: its recipe says where it began, and gives it again',
    async (text) => {
      const c = parseContender(text, '', [])!;
      const of = (contender: Contender, params: FitAsk['params']) =>
        runFit(
          cpu(),
          { ...ask, experiment: { ...experiment, contenders: [contender] }, optimiser: 'ld3', params },
          () => {},
          never,
        );
      const found = (await of(c, { iterations: 20 })).contender!;
      expect(found.fit!.from).toBe(formatBeginning(c));
      const linked = parseContender(formatContender(found), '', [])!;
      expect(linked).toEqual(found);
      expect((await of(linked, paramsOf(linked.fit!))).contender).toEqual(found);
    },
  );
  test('levels that are told are others than those it integrates, and the plan says so', async () => {
    const done = await runFit(cpu(), { ...ask, optimiser: 'ld3', params: few.ld3! }, () => {}, never);
    const { asked, sigmas } = done.contender!;
    expect(asked!.length).toBe(sigmas.length - 1);
    const told = contenderPlan(done.contender!, 'grid4').ops.filter((op) => op.op === 'eval');
    expect(told.map((op) => op.sigma)).toEqual(asked);
    expect(asked!.some((s, i) => s !== sigmas[i])).toBe(true);
  });
  test('a sampler that draws noise has levels that need no ends, and nothing to judge them by', async () => {
    const done = await runFit(cpu(), { ...ask, contender: 2, optimiser: 'ays_computed' }, () => {}, never);
    expect(done.contender!.sigmas).toHaveLength(8);
    expect(done.judged).toBeNull();
    expect(done.evidence.map((e) => e.kind)).toEqual(['terms', 'path']);
    for (const optimiser of ['ld3', 's3'] as const) {
      const fit = runFit(cpu(), { ...ask, contender: 2, optimiser }, () => {}, never);
      if (optimiser === 'ld3') await expect(fit).rejects.toThrow('draws noise on the way');
      else expect((await fit).contender!.sampler).toBe('composed');
    }
  });
  test('levels that do not end at 0 are refused with what to do', async () => {
    await expect(runFit(cpu(), { ...ask, contender: 3 }, () => {}, never)).rejects.toThrow(
      expect.objectContaining({ name: 'FitError', message: expect.stringContaining('do not end at 0') as string }),
    );
  });
  test('a contender with a wrapper is fitted with it on; one whose wrapper was fitted to another model is refused', async () => {
    const reuse = { id: 'reuse', params: { every: 2, what: 'residual' } };
    const wrapped = (own: OwnWrapper) => ({
      ...ask,
      experiment: { ...experiment, contenders: [{ ...experiment.contenders[0]!, wraps: [own] }] },
      optimiser: 'ld3' as const,
      params: few.ld3!,
    });
    const { contender, judged } = await runFit(cpu(), wrapped(reuse), () => {}, never);
    expect(contender!.wraps).toEqual([reuse]);
    expect(contenderPlan(contender!, 'grid4').nfe).toBe(4);
    expect(judged!.gain).toBeGreaterThan(judged!.half);
    const fitted = { evaluations: 7, samples: 64, model: '00000000', columns: [[1, 1, 1, 1, 1, 1, 1]] };
    await expect(runFit(cpu(), wrapped({ ...reuse, fitted }), () => {}, never)).rejects.toThrow(
      expect.objectContaining({ name: 'FittedElsewhereError' }),
    );
  });
  test('a sampler that chooses its own steps has none to fit, whatever the method', async () => {
    for (const optimiser of ['ld3', 'gits', 's3'] as const)
      await expect(runFit(cpu(), { ...ask, contender: 4, optimiser }, () => {}, never)).rejects.toThrow(
        'chooses its own steps',
      );
  });
  test('the same every time, another for another seed', async () => {
    const of = async (seed: number) =>
      (await runFit(cpu(), { ...ask, experiment: { ...experiment, seed } }, () => {}, never)).contender!.sigmas;
    expect(await of(3)).toEqual(await of(3));
    expect(await of(4)).not.toEqual(await of(3));
  });
  test('stopped half-way it gives the best so far, judged', async () => {
    let told: FitProgress[] = [];
    const slow = { ...ask, contender: 1, optimiser: 'ld3', params: { iterations: 2000 } } as const;
    const stopped = () => told.some((p) => p.fraction > 0.02);
    const done = await runFit(cpu(), slow, (p) => told.push(p), never, stopped);
    expect(done.stopped).toBe(true);
    expect(done.contender!.sigmas).toHaveLength(8);
    expect(done.judged!.gain).toBeGreaterThan(0);
    expect(told.some((p) => p.best)).toBe(true);
    told = [];
    const nothing = await runFit(
      cpu(),
      ask,
      (p) => told.push(p),
      never,
      () => true,
    );
    expect([nothing.contender, nothing.judged, nothing.stopped]).toEqual([null, null, true]);
  });
  test('what is as good as it gets stays as it is', async () => {
    // One step: D at the top, whatever the method.
    const one = { ...experiment, contenders: [{ ...experiment.contenders[0]!, steps: 1 }] };
    const done = await runFit(cpu(), { ...ask, experiment: one, optimiser: 'ld3' }, () => {}, never);
    expect([done.contender, done.stopped]).toEqual([null, false]);
  });
  test('a walk that is not kept whole is refused with what to do; a cancel ends it', async () => {
    const whole = createCpuBackend(diskWeights);
    const forgetful: Backend = {
      kind: 'cpu',
      async prepare(key, signal) {
        const problem = await whole.prepare(key, signal);
        // As of a network, so that it runs where it is prepared.
        return {
          ...problem,
          key: { ...problem.key, learned: true },
          run: async (ops, options) => ({ ...(await problem.run(ops, options)), marks: [] }),
        };
      },
    };
    await expect(runFit(new Session(forgetful), ask, () => {}, never)).rejects.toThrow(
      expect.objectContaining({ name: 'WalkTooLongError', hint: 'Take fewer samples or fewer teacher levels.' }),
    );
    const stop = new AbortController();
    stop.abort();
    await expect(runFit(cpu(), ask, () => {}, stop.signal)).rejects.toThrow(
      expect.objectContaining({ name: 'Cancelled' }),
    );
    const later = new AbortController();
    const fit = runFit(cpu(), { ...ask, optimiser: 'ld3' }, () => later.abort(), later.signal);
    await expect(fit).rejects.toThrow(expect.objectContaining({ name: 'Cancelled' }));
  });
});

test('a beginning as text: every schedule comes back, and what is none is nothing', () => {
  for (const id of Object.keys(schedules) as ScheduleId[]) {
    const { schedule, scheduleParams } = newContender('euler', 7, id);
    const text = formatBeginning({ schedule, scheduleParams });
    expect(text).toBe(id === 'karras' ? undefined : id);
    expect(parseBeginning(text)).toEqual({ schedule, scheduleParams });
  }
  const bent = { schedule: 'karras' as const, scheduleParams: { rho: 5.25 } };
  expect(formatBeginning(bent)).toBe('karras+rho+5.25');
  expect(parseBeginning('karras+rho+5.25')).toEqual(bent);
  for (const text of ['explicit', 'nowhere', '__proto__', 'karras+rho', 'karras+rho+x', 'karras+what+1'])
    expect(parseBeginning(text), text).toBeNull();
});
