import type { Experiment } from '../config/experiment.ts';
import {
  compareFingerprint,
  formatFingerprint,
  printedSteps,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import type { ModelShape } from '../../../models/types.ts';
import type { DensityGrid } from '../../../engine/diffusion/exactDensity.ts';
import type { About } from '../../../engine/diffusion/about.ts';
import type { Finished, Mark } from '../../../engine/diffusion/problem.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import type { Op } from '../../../samplers/diffusion/types.ts';
import { costOf, type Cost } from '../../../engine/diffusion/cost.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Prepared, Session } from './session.ts';
import { picture, tileImages, type Picture } from '../../../engine/diffusion/tiles.ts';

export type { Picture };
export type { Cost } from '../../../engine/diffusion/cost.ts';
export type Quality = Readonly<Record<string, number>>;
/** Metrics with each part of the samples left out; see metrics/intervals.ts. */
export type Spread = Readonly<Record<string, readonly number[]>>;

/** What a run tells on its way. `contender` −1 is the reference solution. */
export type RunEvent =
  | {
      readonly kind: 'status';
      /** What is at work: the words are for the reader, this is for the page. */
      readonly part: 'loading' | 'contender' | 'reference';
      readonly text: string;
      readonly fraction: number | null;
    }
  /** Where the model comes from: must be shown beside its pictures. */
  | {
      readonly kind: 'model';
      readonly about: About | null;
      readonly remarks: readonly string[];
      readonly density: DensityGrid | null;
    }
  | {
      readonly kind: 'frame';
      readonly contender: number;
      readonly step: number;
      readonly steps: number;
      readonly sigma: number;
      readonly frame: Picture;
    }
  | {
      readonly kind: 'result';
      readonly contender: number;
      readonly cost: Cost;
      readonly quality: Quality;
      readonly difference: Picture | null;
      /** Whether this run drew fresh noise on the way. */
      readonly stochastic: boolean;
      /** Whether it approximates no solution: its guidance acts once a step. */
      readonly stepwise: boolean;
      /** What it did, where that was its own choice. */
      readonly took?: readonly Op[];
    }
  /** Comes after all results: intervals are worth waiting for, pictures are not. */
  | { readonly kind: 'spread'; readonly contender: number; readonly spread: Spread }
  | Dropped;

/** |x − reference| of images, black where equal and white from 1 up. Points need none: the page draws both ends. */
function difference(x: Float32Array, reference: Float32Array, shape: ModelShape): Picture | null {
  if (shape.kind === 'point') return null;
  return {
    kind: 'image',
    ...tileImages(
      x.map((v, i) => 2 * Math.abs(v - reference[i]!) - 1),
      shape,
      1,
    ),
  };
}

/**
 * Another device may choose other steps where a decision is near: of a sampler that chooses them the end is compared
 * alone, and as far as its usual tolerance lets it differ.
 */
const OWN_STEPS = 0.05;

/** The contenders' states after their printed steps, boiled down for the link. */
function prints(marks: readonly Mark[], shape: ModelShape, tolerance?: number): StepPrint[] {
  const end = marks.at(-1)!;
  if (tolerance !== undefined) return [{ step: end.step, sigma: end.sigma, value: projectState(end.x), tolerance }];
  const wanted = new Set(printedSteps(marks.at(-1)!.step, shape.kind));
  return marks
    .filter((m) => wanted.has(m.step))
    .map((m) => ({ step: m.step, sigma: m.sigma, value: projectState(m.x) }));
}

/**
 * Runs every contender on the same noise, then the reference, and judges them. One that fails by itself is left out and
 * named; its record is empty.
 */
export async function runExperiment(
  session: Session,
  e: Experiment,
  fingerprint: string | null,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ fingerprint: string; reproduction: Reproduction | null }> {
  const prepared = await session.prepare(e, signal);
  const { problem, references, judge } = prepared;
  const { card } = problem.key;
  const cheap = card.shape.kind === 'point';
  emit({ kind: 'model', about: problem.about, remarks: problem.remarks, density: judge.density() });
  const results: Judged[] = [];
  const record: StepPrint[][] = [];
  const trying = attempts(emit, alive);
  /** The solution that a contender's end approximates; null where there is none. */
  const ownReference = ({ contender, stepwise }: Judged) =>
    stepwise ? Promise.resolve(null) : references.get(e.seed, signal, e.contenders[contender]);

  for (const [contender, c] of e.contenders.entries()) {
    emit({
      kind: 'status',
      part: 'contender',
      text: `Contender ${contender + 1} of ${e.contenders.length}`,
      fraction: contender / (e.contenders.length + 1),
    });
    const ran = await trying.of(contender, async () => {
      const plan = soundPlan(c, e, problem.identity);
      // One that chooses its own steps has as many as it has made so far.
      const steps = plan.adaptive ? 0 : plan.sigmas.length - 1;
      const done = await problem.run(instructionsOf(plan), {
        seed: e.seed,
        signal,
        onFrame: ({ step, sigma, picture: frame }) =>
          emit({ kind: 'frame', contender, step, steps: Math.max(step, steps), sigma, frame }),
      });
      return { plan, done };
    });
    record.push(ran ? prints(ran.done.marks, card.shape, ran.plan.adaptive ? OWN_STEPS : undefined) : []);
    if (!ran) continue;
    const { plan, done } = ran;
    const cost = costOf(done, problem);
    const { stochastic, stepwise } = plan;
    results.push({ done, cost, contender, stochastic, stepwise, chosen: plan.adaptive !== null });
    // A network's reference costs as much as all contenders together: their first numbers do not wait for it. A cheap
    // one is solved while the first contender is judged by what needs none.
    const known = references.has(e.seed, c);
    const solving = !stepwise && (cheap || known) ? references.get(e.seed, signal, c) : null;
    const reference = known ? await solving : (solving?.catch(() => null) ?? null);
    await trying.of(contender, () => report(prepared, results.at(-1)!, reference, emit));
    // That it cannot be solved is no contender's own fault.
    await solving;
  }
  if (!cheap) {
    const fraction = e.contenders.length / (e.contenders.length + 1);
    emit({ kind: 'status', part: 'reference', text: 'Reference solution', fraction });
    for (const result of results) {
      const reference = await ownReference(result);
      await trying.of(result.contender, () => report(prepared, result, reference, emit));
    }
  }
  // Of the first that has a solution, which is that of all unless they are guided differently.
  const shown = results.find(({ stepwise }) => !stepwise)?.contender;
  const reference = await references.get(e.seed, signal, shown === undefined ? {} : e.contenders[shown]);
  emit({
    kind: 'frame',
    contender: -1,
    step: card.reference.steps,
    steps: card.reference.steps,
    sigma: 0,
    frame: picture(reference, 0, card.shape),
  });
  for (const result of results) {
    const { done, contender, stochastic } = result;
    const own = stochastic ? null : await ownReference(result);
    await trying.of(contender, async () => {
      const spread = (await judge.replicates(done.x, own, signal)) as Spread;
      emit({ kind: 'spread', contender, spread });
    });
  }
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}

/** A contender's endpoints, and what judging them takes. */
interface Judged {
  readonly done: Finished;
  readonly cost: Cost;
  readonly contender: number;
  readonly stochastic: boolean;
  readonly stepwise: boolean;
  /** Whether its steps are the sampler's own choice. */
  readonly chosen: boolean;
}

/** Judges a contender, without its paired errors while there is no reference. */
async function report(
  { problem, judge }: Prepared,
  { done, cost, contender, stochastic, stepwise, chosen }: Judged,
  reference: Float32Array | null | Promise<Float32Array | null>,
  emit: (event: RunEvent) => void,
): Promise<void> {
  const quality = await judge.measure(done.x, stochastic ? null : reference);
  const { shape } = problem.key.card;
  const end = await reference;
  emit({
    kind: 'result',
    contender,
    cost,
    quality,
    difference: end && difference(done.x, end, shape),
    stochastic,
    stepwise,
    ...(chosen && { took: done.ops }),
  });
}
