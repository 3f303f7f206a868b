// A wrapper's numbers: of which run, of which noise and of which model they are.
import '../../../wrappers/index.ts';
import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '../../../engine/diffusion/cpuBackend.ts';
import { diskWeights, never } from '../../../engine/diffusion/testing.ts';
import { Cancelled } from '../../../core/cancel.ts';
import { parseExperiment } from '../config/codec.ts';
import { FittedElsewhereError, soundPlan } from './attempt.ts';
import { Session } from './session.ts';
import { runWrapFit } from './wrapFit.ts';

const session = () => new Session(createCpuBackend(diskWeights));
const ask = (text: string, wrap = 0, seed = 5) => ({
  experiment: parseExperiment(`model=grid4&n=64&seed=${seed}&c=${text}`).experiment,
  contender: 0,
  wrap,
});
const fit = (text: string, wrap = 0, seed = 5) => runWrapFit(session(), ask(text, wrap, seed), () => {}, never);

describe('a wrapper’s numbers', () => {
  it('are one of each evaluation, in single precision, of this model and of so many samples', async () => {
    const told: number[] = [];
    const fitted = await runWrapFit(
      session(),
      ask('euler:karras:8:~tea'),
      ({ fraction }) => told.push(fraction),
      never,
    );
    expect(fitted).toMatchObject({ evaluations: 8, samples: 64, model: 'grid4' });
    expect(fitted.columns.map((column) => column.length)).toEqual([8]);
    expect(fitted.columns[0]![0]).toBe(0);
    expect(fitted.columns[0]!.slice(1).every((v) => v > 0 && v === Math.fround(v))).toBe(true);
    expect(told.at(-1)).toBe(1);
  });
  it('are the same again, and of another seed others: they are fitted on noise of their own', async () => {
    const [one, again, other] = [
      await fit('euler:karras:8:~tea'),
      await fit('euler:karras:8:~tea'),
      await fit('euler:karras:8:~tea', 0, 6),
    ];
    expect(again).toEqual(one);
    expect(other.columns).not.toEqual(one.columns);
  });
  it('are of the run as the wrappers before it make it, and not those after', async () => {
    expect((await fit('euler:karras:8:~reuse:~tea', 1)).evaluations).toBe(4);
    expect(await fit('euler:karras:8:~tea:~reuse')).toEqual(await fit('euler:karras:8:~tea'));
  });
  it('do not come of a fit that was cancelled', async () => {
    const asked = ask('euler:karras:8:~tea');
    await expect(runWrapFit(session(), asked, () => {}, AbortSignal.abort())).rejects.toThrow(Cancelled);
  });
  it('are refused on another model, by what tells the two apart', async () => {
    const { experiment } = ask('euler:karras:8:~tea');
    const fitted = await fit('euler:karras:8:~tea');
    const c = { ...experiment.contenders[0]!, wraps: [{ ...experiment.contenders[0]!.wraps![0]!, fitted }] };
    expect(soundPlan(c, experiment, 'grid4').ops.length).toBeGreaterThan(0);
    expect(() => soundPlan(c, { ...experiment, model: 'ring8' }, 'ring8')).toThrow(FittedElsewhereError);
    expect(() => soundPlan(c, { ...experiment, model: 'ring8' }, 'ring8')).toThrow(
      "'tea' was fitted to a model whose weights begin with grid4; here they are ring8",
    );
  });
});
