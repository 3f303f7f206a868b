// The log-likelihood of every contender's samples under its own flow, and of the target's or of real images, when somebody asks.
import '../../../wrappers/index.ts';
import { throwIfCancelled } from '../../../core/cancel.ts';
import { loadDataset, type DatasetArchitecture } from '../../../models/networks/dataset.ts';
import { labelsOf, sourceOf } from '../../../engine/diffusion/cpuDenoisers.ts';
import { flowLikelihood, smoothed } from '../../../engine/diffusion/likelihood.ts';
import type { LoadWeights, Problem } from '../../../engine/diffusion/problem.ts';
import { judge } from '../../../metrics/samples/index.ts';
import { PARTS, partsLeftOut, scaled } from '../../../metrics/samples/leaveOut.ts';
import type { Subject } from '../../../metrics/samples/types.ts';
import { exactTarget, targetLogDensity, targetSamples } from '../../../models/target.ts';
import { instructionsOf } from '../../../samplers/contenders/contender.ts';
import { formatGuidance } from '../../../samplers/contenders/text.ts';
import { flowNfe, type LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import { DIFFERENCES, type Difference } from '../../../samplers/likelihood/plan.ts';
import type { Contender, Experiment } from '../config/experiment.ts';
import { contenderFlow } from './flow.ts';
import { attempts, soundPlan, type Dropped } from './attempt.ts';
import type { Quality, Spread } from './run.ts';
import type { Session } from './session.ts';

export interface LikelihoodAsk extends LikelihoodSettings {
  readonly experiment: Experiment;
}
/** Mean log-likelihoods in the metric's own unit. */
export interface LikelihoodRow {
  /** A contender's place; −1: samples of the target, or real images. */
  readonly contender: number;
  /** The first contender whose flow it is: theirs is the same. */
  readonly flow: number;
  readonly quality: Quality;
  readonly spread: Spread;
  /** Standard error that the random probes alone leave in the mean; null where the trace is exact or one probe tells nothing. */
  readonly probes: number | null;
  /** Mean log density in closed form at the same samples; null where there is none. */
  readonly exact: number | null;
  readonly nfe: number;
}
export type LikelihoodEvent =
  | {
      readonly kind: 'status';
      readonly text: string;
      readonly fraction: number;
      readonly remainingMs: number | null;
    }
  | { readonly kind: 'row'; readonly row: LikelihoodRow }
  | Dropped;

/** What the flow of a contender says of samples: the metrics of a mean, its spread, and what random signs leave in it. */
async function judgeByFlow(
  problem: Problem,
  e: Experiment,
  c: Contender,
  x: Float32Array,
  settings: LikelihoodSettings,
  difference: Difference,
  ask: { readonly seed: number; readonly signal: AbortSignal; told?(share: number): void },
): Promise<Pick<LikelihoodRow, 'quality' | 'spread' | 'probes'> & { readonly seen: Float32Array }> {
  const { card, samples: n } = problem.key;
  const { shape, range } = card;
  const bytes = shape.kind === 'image';
  const seen = bytes ? smoothed(x, n, range.min, ask.seed) : x;
  const flow = contenderFlow(c, e);
  const { values, probeErrors } = await flowLikelihood(problem, seen, flow, settings, difference, ask);
  throwIfCancelled(ask.signal);
  const subject: Subject = {
    samples: { n, dim: shape.dim, data: seen },
    flow: { nats: values, dim: shape.dim, bytes },
  };
  const unit = (nats: number) => (bytes ? nats / (shape.dim * Math.LN2) : nats);
  return {
    quality: judge(subject, IDS) as Quality,
    spread: spreadOf(subject),
    probes: probeErrors && unit(Math.hypot(...probeErrors) / n),
    seen,
  };
}

/** How wide differences are taken: float32 has no room for narrow ones. */
const differenceOn = ({ backend }: Session): Difference =>
  backend.kind === 'cpu' ? DIFFERENCES.float64 : DIFFERENCES.float32;

/** Follows the flow of one contender: refused here, before anything is spent, where there is none. */
export function follower(
  session: Session,
  problem: Problem,
  e: Experiment,
  c: Contender,
  settings: LikelihoodSettings,
) {
  contenderFlow(c, e);
  return async (x: Float32Array, ask: { readonly seed: number; readonly signal: AbortSignal }): Promise<Quality> =>
    (await judgeByFlow(problem, e, c, x, settings, differenceOn(session), ask)).quality;
}

const TARGET_SEED = 0x7a7;
/** A set of the target's samples that no metric compares with. */
const TARGET_REPEAT = 100;

/** As many samples of the target as the problem has; real images where a folder of them comes along; else null. */
async function held(
  { key }: Problem,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<Float32Array<ArrayBuffer> | null> {
  const target = exactTarget(sourceOf(key));
  const { range, real } = key.card;
  if (target) {
    // A cloud of points has a density only where it is blurred.
    const blur = target.kind === 'points' ? range.min : 0;
    return Float32Array.from(targetSamples(target, key.samples, TARGET_SEED, TARGET_REPEAT, blur).data);
  }
  if (!real) return null;
  const { info, tensors } = await load(real, signal);
  const { points, labels } = loadDataset(info.architecture as DatasetArchitecture, tensors);
  const wanted = key.card.classes.length > 0 ? labelsOf(key) : null;
  const out = new Float32Array(key.samples * points.dim);
  const used = new Map<number, number>();
  for (let i = 0; i < key.samples; i++) {
    const own = [...labels.keys()].filter((row) => !wanted || labels[row] === wanted[i]);
    const turn = used.get(wanted?.[i] ?? -1) ?? 0;
    used.set(wanted?.[i] ?? -1, turn + 1);
    const row = own[turn % own.length]!;
    for (let j = 0; j < points.dim; j++) out[i * points.dim + j] = points.data[row * points.dim + j]!;
  }
  return out;
}

/** Follows the flows; resolves to the number of contenders that have a value. */
export async function runLikelihood(
  session: Session,
  { experiment: e, steps, probes }: LikelihoodAsk,
  load: LoadWeights,
  emit: (event: LikelihoodEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly rows: number }> {
  const { problem } = await session.prepare(e, signal);
  const { card, samples: n } = problem.key;
  const { shape, range } = card;
  const bytes = shape.kind === 'image';
  const difference = differenceOn(session);
  const nfe = flowNfe(shape.dim, { steps, probes });
  const target = exactTarget(sourceOf(problem.key));
  const trying = attempts(emit, alive);
  /** The first contender of each flow, by what tells flows apart. */
  const flows = new Map<string, number>();
  const firsts: number[] = [];
  e.contenders.forEach((c, i) => {
    const top = soundPlan(c, e, problem.identity).sigmas[0]!;
    const key = `${formatGuidance(c)} ${top}`;
    if (!flows.has(key)) flows.set(key, i);
    firsts.push(flows.get(key)!);
  });
  const real = await held(problem, load, signal);
  const total = e.contenders.length + (real ? flows.size : 0);
  const began = performance.now();
  let done = 0;
  const at = (text: string, share: number) => {
    const fraction = (done + share) / total;
    const elapsed = performance.now() - began;
    emit({
      kind: 'status',
      text,
      fraction,
      remainingMs: fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : null,
    });
  };
  let rows = 0;

  /** One batch's row. */
  const measure = async (contender: number, flow: number, x: Float32Array, text: string) => {
    const told = { seed: e.seed, signal, told: (share: number) => at(text, share) };
    const judged = await judgeByFlow(problem, e, e.contenders[flow]!, x, { steps, probes }, difference, told);
    const { seen } = judged;
    const density = target && !bytes ? targetLogDensity(target, Float64Array.from(seen), range.min) : null;
    emit({
      kind: 'row',
      row: {
        contender,
        flow,
        quality: judged.quality,
        spread: judged.spread,
        probes: judged.probes,
        exact: density && density.reduce((sum, v) => sum + v, 0) / n,
        nfe,
      },
    });
  };

  for (const [contender, c] of e.contenders.entries()) {
    const text = `Contender ${contender + 1} of ${e.contenders.length}`;
    at(text, 0);
    await trying.of(contender, async () => {
      contenderFlow(c, e); // refuses before anything is spent
      const { x } = await problem.run(instructionsOf(soundPlan(c, e, problem.identity)), { seed: e.seed, signal });
      await measure(contender, firsts[contender]!, x, text);
      rows++;
    });
    done++;
  }
  if (real)
    for (const flow of flows.values()) {
      const text = bytes ? 'Real images' : 'Samples of the target';
      at(text, 0);
      if (!trying.failed(flow)) await trying.of(flow, () => measure(-1, flow, real, text));
      done++;
    }
  return { rows };
}

const IDS = ['log_likelihood', 'bits_per_dim'] as const;

/** Values with each part of the samples left out; empty where there are too few. */
function spreadOf(subject: Subject): Spread {
  const without = partsLeftOut(subject);
  if (!without) return {};
  const parts = Array.from({ length: PARTS }, (_, part) => judge(without(part), IDS));
  return Object.fromEntries(
    IDS.flatMap((id) => {
      const values = parts.flatMap((p) => (p[id] === undefined ? [] : [p[id]]));
      return values.length === PARTS ? [[id, scaled(values, subject.samples.n)]] : [];
    }),
  );
}
