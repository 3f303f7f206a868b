// One contender that fails does not take the others with it.
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { parseExperiment } from '../config/codec.ts';
import { newContender } from '../config/contender.ts';
import '../../../wrappers/index.ts';
import { attempts, soundPlan, UnsuitedError, WrappedAdaptiveError, type Dropped } from './attempt.ts';
import { runExperiment, type RunEvent } from './run.ts';
import { Session } from './session.ts';
import { runSweep, type SweepEvent } from './sweep.ts';

const session = () => new Session(createCpuBackend(diskWeights));
const reported = 'model=grid4&n=64&seeds=1&budgets=4.8.16.32&c=heun:karras:6&c=euler:karras:8&c=dpmpp_2m:explicit(5_0)';
/** LMS integrates a polynomial through these levels: its weights overflow. */
const tooTight =
  'model=grid4&n=16&budgets=6.8&seeds=2&c=euler:karras:4&c=lms:explicit(4_2_1.999999999999998_1.999999999999996_1.999999999999994_1_0)&c=heun:karras:3';
const experiment = (hash: string) => parseExperiment(hash).experiment;

async function sweep(hash: string) {
  const events: SweepEvent[] = [];
  const { points } = await runSweep(session(), experiment(hash), (e) => events.push(e), never);
  const done = events.flatMap((e) => (e.kind === 'point' ? [e.point] : []));
  expect(done).toHaveLength(points);
  return { done, dropped: events.filter((e): e is Dropped => e.kind === 'dropped') };
}

describe('a sweep', () => {
  test('of a list of one level, resampled: every point of every contender is a number', async () => {
    const { done, dropped } = await sweep(reported);
    expect(dropped).toEqual([]);
    expect(done.map((p) => p.contender).sort()).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    for (const p of done) for (const v of Object.values(p.quality)) expect(Number.isFinite(v)).toBe(true);
  });
  test('leaves out only the contender that fails, once, and says which and why', async () => {
    const { done, dropped } = await sweep(tooTight);
    expect(dropped).toEqual([
      {
        kind: 'dropped',
        contender: 1,
        because: expect.stringMatching(/^its plan of 6 steps holds the coefficient \S+ at step \d$/),
        hint: expect.stringContaining('Spread its noise levels'),
      },
    ]);
    expect(new Set(done.map((p) => p.contender))).toEqual(new Set([0, 2]));
    expect(new Set(done.map((p) => p.seed)).size).toBe(2);
  });
});

test('a run leaves it out too, with an empty record that still compares', async () => {
  const events: RunEvent[] = [];
  const e = experiment(tooTight);
  const { fingerprint } = await runExperiment(session(), e, null, (event) => events.push(event), never);
  expect(events.filter((x) => x.kind === 'dropped').map((x) => x.contender)).toEqual([1]);
  expect(events.filter((x) => x.kind === 'result').map((x) => x.contender)).toEqual([0, 2]);
  const again = await runExperiment(session(), e, fingerprint, () => {}, never);
  expect(again.reproduction).toMatchObject({ verdict: 'reproduced' });
});

test('a contender whose end cannot be judged is left out too; the others are judged, with intervals', async () => {
  const real = session();
  let judged = 0;
  const failing = {
    async prepare(...args: Parameters<Session['prepare']>) {
      const prepared = await real.prepare(...args);
      const { judge } = prepared;
      const measure: typeof judge.measure = (x, reference) =>
        ++judged === 2 ? Promise.reject(new RangeError('no eigenvalues')) : judge.measure(x, reference);
      const rest = {
        replicates: judge.replicates.bind(judge),
        density: () => judge.density(),
        floors: () => judge.floors(),
      };
      return { ...prepared, judge: { ...rest, measure } };
    },
  } as unknown as Session;
  const events: RunEvent[] = [];
  await runExperiment(failing, experiment(reported), null, (event) => events.push(event), never);
  const of = (kind: RunEvent['kind']) =>
    events.flatMap((x) => (x.kind === kind && 'contender' in x ? [x.contender] : []));
  expect(events.filter((x) => x.kind === 'dropped')).toMatchObject([{ contender: 1, because: 'no eigenvalues' }]);
  expect([of('result'), of('spread')]).toEqual([
    [0, 2],
    [0, 2],
  ]);
});

describe('whose fault it is', () => {
  const failing = (name: string) => () => Promise.reject(Object.assign(new Error('broke'), { name, hint: 'mend it' }));
  test('the contender’s own: told once, not tried again', async () => {
    const told: Dropped[] = [];
    const trying = attempts(
      (d) => told.push(d),
      () => true,
    );
    expect(await trying.of(2, failing('RangeError'))).toBeNull();
    expect(await trying.of(2, () => Promise.resolve(1))).toBeNull();
    expect(await trying.of(0, () => Promise.resolve(1))).toBe(1);
    expect(told).toEqual([{ kind: 'dropped', contender: 2, because: 'broke', hint: 'mend it' }]);
    expect([trying.failed(2), trying.failed(0)]).toEqual([true, false]);
  });
  test.each(['Cancelled', 'DeviceLostError', 'OutOfMemoryError'])('%s ends the task', async (name) => {
    const trying = attempts(
      () => expect.unreachable(),
      () => true,
    );
    await expect(trying.of(0, failing(name))).rejects.toMatchObject({ name });
  });
  test('any failure on a device that was lost ends the task', async () => {
    const trying = attempts(
      () => expect.unreachable(),
      () => false,
    );
    await expect(trying.of(0, failing('RangeError'))).rejects.toMatchObject({ name: 'RangeError' });
  });
});

const on = { model: 'grid4', label: -1, guidance: 1 } as const;
test('every sampler’s plan is sound on lists as tight as the editor makes them', () => {
  for (const id of Object.keys(samplers) as SamplerId[])
    for (const sigmas of [
      [5, 5 - 5e-9, 5 - 1e-8, 1, 0],
      [999900, 999900 - 1e-3, 1e-6, 0],
      [2, 1e-6, 0],
    ]) {
      const c = { ...newContender(id, sigmas.length - 1), schedule: 'explicit' as const, scheduleParams: {}, sigmas };
      expect(() => soundPlan(c, on, 'grid4'), `${id} ${sigmas.join(' ')}`).not.toThrow();
    }
});

test('wrappers have nothing to rewrite of a sampler that chooses its own steps', () => {
  const [plain, wrapped] = experiment('model=grid4&c=dpm_adaptive:karras:4&c=dpm_adaptive:karras:4:~reuse').contenders;
  expect(soundPlan(plain!, on, 'grid4').adaptive).not.toBeNull();
  expect(() => soundPlan(wrapped!, on, 'grid4')).toThrow(WrappedAdaptiveError);
});

test('a Jacobian of points is refused to pictures in words, and a number a sample is not', () => {
  const e = experiment('model=digits&c=parallel_newton:karras:4&c=parallel_newton(jacobian=scalar):karras:4');
  const [whole, number] = e.contenders;
  expect(() => soundPlan(whole!, e, 'any')).toThrow(UnsuitedError);
  expect(() => soundPlan(whole!, e, 'any')).toThrow(/^parallel_newton: .*samples here are 784 numbers$/);
  expect(soundPlan(number!, e, 'any').adaptive!.registers).toBeGreaterThan(20);
});
