// Samplers of two tokens side by side: what each learns, the law that it comes to step by step, exactly, and pairs drawn by it
// with the same random numbers. All of it on the processor. A row that fails is named, and the others go on.
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { countsOf, draws } from '../../../discrete/draw.ts';
import { processes, type ProcessId } from '../../../discrete/index.ts';
import { pairLaws, probabilities, VALUES, type PairLawId } from '../../../discrete/laws.ts';
import { apart, mutualInformation, padded, totalVariation } from '../../../discrete/measures.ts';
import { lawsOf } from '../../../discrete/step.ts';
import type { Course, Problem } from '../../../discrete/types.ts';
import {
  compareFingerprint,
  formatFingerprint,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import { tileImages, type Picture } from '../../../engine/diffusion/tiles.ts';
import { gTest } from '../../../math/chiSquare.ts';
import { discreteMethod, MOST_STEPS } from '../config/discreteKind.ts';
import type { Rowed, RowedRow } from '../config/rowed.ts';
import { attempts } from './attempt.ts';
import type { RowedEvent } from './rowed.ts';

export interface DiscreteAsk {
  readonly setup: Rowed;
  readonly fingerprint: string | null;
}
export interface DiscreteBegun {
  /** The law of the data. */
  readonly truth: Picture;
  /** Its distance to tokens that know nothing of each other, and what they tell of each other, in nats. */
  readonly apart: number;
  readonly mutual: number;
  /** What each row has learned; null of one that has not yet, or failed. */
  readonly courses: readonly (Course | null)[];
  /** Of each row: the distance that is left after so many steps; none where learning takes long. */
  readonly bySteps: readonly (readonly { readonly steps: number; readonly tv: number }[])[];
}
export type DiscreteEvent = RowedEvent<DiscreteBegun>;

/** Steps that every row is tried at, beside its own. */
const STEPS = [1, 2, 4, 8, 16, MOST_STEPS];
/** A row learns at other numbers of steps as well, unless that took longer than this at its own. */
const SHORT_MS = 1500;

/** A law as a picture: light is likely, by its root, white as likely as the data's likeliest pair. */
function pictureOf(laws: readonly ArrayLike<number>[], states: number, peak: number): Picture {
  const n = states * states;
  const x = Float64Array.from({ length: laws.length * n }, (_, i) => {
    const share = laws[Math.floor(i / n)]![i % n]! / peak;
    return 2 * Math.sqrt(Math.min(1, share)) - 1;
  });
  return { kind: 'image', ...tileImages(x, { kind: 'image', dim: n, channels: 1, height: states, width: states }, 1) };
}

export async function runDiscrete(
  { setup: s, fingerprint }: DiscreteAsk,
  emit: (event: DiscreteEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly fingerprint: string; readonly reproduction: Reproduction | null }> {
  const p = probabilities(pairLaws[s.model as PairLawId]);
  const process = processes[s.values['process'] as ProcessId];
  const problem: Problem = { p, values: VALUES, process };
  const states = process.states(VALUES);
  const [n, seed] = [Number(s.values['n']), Number(s.values['seed'])];
  const peak = p.reduce((a, b) => Math.max(a, b));
  const trying = attempts(emit, () => true);
  const courses: (Course | null)[] = s.rows.map(() => null);
  const bySteps: { readonly steps: number; readonly tv: number }[][] = s.rows.map(() => []);
  const tell = () =>
    emit({
      kind: 'begun',
      truth: pictureOf([padded(p, VALUES, states)], states, peak),
      apart: totalVariation(p, apart(p, VALUES)),
      mutual: mutualInformation(p, VALUES),
      courses: [...courses],
      bySteps: bySteps.map((line) => [...line]),
    });
  /** Learns, and lets others have their turn on the way. */
  async function learn(row: RowedRow, steps: number, said: (fraction: number) => void): Promise<Course> {
    const work = discreteMethod(row.method).learn(problem, steps, row.params);
    for (let last = performance.now(); ;) {
      const at = work.next();
      if (at.done) return at.value;
      if (performance.now() - last < 40) continue;
      said(at.value);
      await breathe();
      throwIfCancelled(signal);
      last = performance.now();
    }
  }
  tell();
  const record: StepPrint[][] = s.rows.map(() => []);
  const took = s.rows.map(() => 0);
  for (const [i, row] of s.rows.entries()) {
    await trying.of(i, async () => {
      await breathe();
      throwIfCancelled(signal);
      const method = discreteMethod(row.method);
      const began = performance.now();
      const course = await learn(row, Number(row.params['steps']), (f) =>
        emit({ kind: 'status', text: `${method.title} learns`, fraction: (i + f) / (s.rows.length + 1) }),
      );
      took[i] = performance.now() - began;
      courses[i] = course;
      tell();
      const rule = method.rule(row.params);
      const sampled = performance.now();
      const drawn = draws(problem, rule, course, n, seed);
      const wallMs = performance.now() - sampled;
      for (const [k, law] of lawsOf(problem, rule, course).entries()) {
        const counts = countsOf(drawn[k]!, states * states);
        const truth = process.marginal(p, VALUES, course.times[k]!);
        const figures = {
          tv: totalVariation(law, truth),
          mutual: mutualInformation(law, states),
          ...(states > VALUES && { masked: maskedIn(law, states) }),
          time: course.times[k]!,
          ...(k > 0 && { scale: course.scales[k - 1]! }),
          drawn: gTest(counts, law).p,
        };
        emit({
          kind: 'record',
          row: i,
          at: k,
          picture: pictureOf([law, counts.map((v) => v / n)], states, peak),
          figures,
          shares: null,
          cost: { nfe: k, passes: k, depth: k, wallMs: (wallMs * k) / course.scales.length },
        });
        // In units of a state's mean share, as a print is of the size of one element.
        record[i]!.push({ step: k, sigma: 0, value: projectState(law.map((v) => v * law.length)) });
      }
    });
  }
  for (const [i, row] of s.rows.entries()) {
    if (!courses[i]) continue;
    await trying.of(i, async () => {
      for (const steps of STEPS) {
        const own = steps === Number(row.params['steps']);
        if (!own && took[i]! > SHORT_MS) continue;
        emit({ kind: 'status', text: 'Other numbers of steps', fraction: null });
        const course = own ? courses[i]! : await learn(row, steps, () => undefined);
        const law = lawsOf(problem, discreteMethod(row.method).rule(row.params), course).at(-1)!;
        bySteps[i]!.push({ steps, tv: totalVariation(law, process.marginal(p, VALUES, 0)) });
      }
    });
  }
  tell();
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}

/** The mean share of tokens that are the last state. */
function maskedIn(law: Float64Array, states: number): number {
  let sum = 0;
  law.forEach((v, x) => {
    const both = Number(Math.floor(x / states) === states - 1) + Number(x % states === states - 1);
    sum += (v * both) / 2;
  });
  return sum;
}
