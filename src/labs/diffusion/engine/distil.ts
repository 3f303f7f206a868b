// Score distillation: every method from the same particles, with the same noise and level at each step, all of them in step.
// One that cannot run, or fails, is named and the others go on.
import { breathe, throwIfCancelled } from '../../../core/cancel.ts';
import { distil, type Asking, type Distilling, type DistilTask } from '../../../distil/distil.ts';
import { distilMethods, type DistilMethodId } from '../../../distil/index.ts';
import type { About } from '../../../engine/diffusion/about.ts';
import { cpuDenoiser } from '../../../engine/diffusion/cpuDenoisers.ts';
import { batchOf, evaluate } from '../../../engine/diffusion/evaluate.ts';
import {
  compareFingerprint,
  formatFingerprint,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import type { LoadWeights, Problem } from '../../../engine/diffusion/problem.ts';
import { picture } from '../../../engine/diffusion/tiles.ts';
import { normals } from '../../../math/normal.ts';
import { mixtures } from '../../../models/definitions.ts';
import { modelCard, type ModelId } from '../../../models/index.ts';
import { componentsOf, mixtureDenoiser } from '../../../models/mixture.ts';
import { exactTarget, targetSamples } from '../../../models/target.ts';
import type { Batch } from '../../../models/types.ts';
import { nfe, passesOf } from '../../../samplers/diffusion/index.ts';
import { defaultExperiment } from '../config/defaults.ts';
import { modesOf, moveOf } from '../config/distilKind.ts';
import { picturesOf } from '../config/taskSetup.ts';
import type { Rowed, RowedRow } from '../config/rowed.ts';
import { attempts } from './attempt.ts';
import { farthest, figuresOf, sequenceOf, type Judged } from './distilFigures.ts';
import type { RowedCost, RowedEvent } from './rowed.ts';
import type { Session } from './session.ts';
import { bundled } from './taskGiven.ts';

export interface DistilAsk {
  readonly setup: Rowed;
  readonly fingerprint: string | null;
}
export interface DistilBegun {
  readonly modes: readonly string[];
  /** Fresh samples of a plane target, to be drawn behind the particles. */
  readonly target: Float32Array | null;
  readonly about: About | null;
  /** Where the model is evaluated. */
  readonly where: 'device' | 'processor';
}
export type DistilEvent = RowedEvent<DistilBegun>;

/** What was asked cannot be had; nothing is wrong with the program. */
export class DistilError extends Error {
  override readonly name = 'DistilError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Answers all that a step asks. */
type Answer = (of: readonly Asking[]) => Promise<readonly Float64Array[]>;

/**
 * Closed forms of the plane answer in float64 on the processor: a few points are no work for a device. There a reference is
 * a component of the mixture.
 */
async function answering(problem: Problem, load: LoadWeights, signal: AbortSignal): Promise<Answer> {
  const { key } = problem;
  if (key.card.shape.kind !== 'point') return (of) => evaluate(problem, of, signal);
  const whole = await cpuDenoiser(key, load, signal);
  const id = key.card.id;
  const mixture = id in mixtures ? mixtures[id as keyof typeof mixtures]() : null;
  return async (of) =>
    of.map(({ x, sigma, asked }) =>
      asked.role === 'target' && mixture
        ? mixtureDenoiser(componentsOf(mixture, [asked.label!]))(x, sigma)
        : whole(x, sigma, asked),
    );
}

/** A method on its way. */
class Walker {
  readonly #running: Distilling;
  readonly #answer: Answer;
  readonly #main: number;
  #next: ReturnType<Distilling['next']>;
  step = 0;
  theta: Float64Array;
  cost: RowedCost = { nfe: 0, passes: 0, depth: 0, wallMs: 0 };

  /** `main`: passes that an evaluation of the model itself takes. */
  constructor(task: DistilTask, row: RowedRow, answer: Answer, main: number) {
    this.#running = distil(
      task,
      moveOf(row),
      distilMethods[row.method as DistilMethodId] as never,
      row.params as never,
    );
    this.#answer = answer;
    this.#main = main;
    this.theta = task.start;
    this.#next = this.#running.next();
  }

  /** On to this step, or the first one after it that a window ends at. */
  async to(step: number, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    let rested = began;
    while (!this.#next.done && this.step < step) {
      const op = this.#next.value;
      if (op.op === 'mark') {
        this.step = op.step;
        this.theta = op.theta;
        // What it asks next is left until somebody wants to go farther.
        this.#next = this.#running.next([]);
      } else {
        const answers = await this.#answer(op.of);
        const batch = [batchOf(op.of)];
        const { nfe: n, passes, depth, wallMs } = this.cost;
        this.cost = { nfe: n + nfe(batch), passes: passes + passesOf(batch, this.#main), depth: depth + 1, wallMs };
        this.#next = this.#running.next(answers);
      }
      if (performance.now() - rested < 30) continue;
      await breathe();
      throwIfCancelled(signal);
      rested = performance.now();
    }
    this.cost = { ...this.cost, wallMs: this.cost.wallMs + performance.now() - began };
  }
}

/** Steps at which rows are looked at: the start, the end, and evenly between. */
export function recordedSteps(steps: number, most = 60): readonly number[] {
  const count = Math.min(steps, most);
  return Array.from({ length: count + 1 }, (_, i) => Math.round((i * steps) / count));
}

function assertSetup({ model, values }: Rowed, rows: readonly RowedRow[]): void {
  const { low, high } = values as { low: number; high: number };
  if (low > high)
    throw new DistilError(`Noise levels are to be drawn from σ = ${low} to ${high}, which is below it.`, 'Swap them.');
  if (rows.length === 0)
    throw new DistilError('There is no method to run.', `Add one to ${modelCard(model as ModelId).title}.`);
}

/** A guided method needs a mode that it can be told. */
function assertMode(row: RowedRow, model: ModelId): void {
  const { guided, title } = distilMethods[row.method as DistilMethodId];
  if (guided && modesOf(model).length === 0)
    throw new DistilError(
      `${title} is told a mode, and ${modelCard(model).title} has neither components nor classes.`,
      'Take a mixture, or a network with classes.',
    );
}

export async function runDistil(
  session: Session,
  load: LoadWeights,
  { setup: s, fingerprint }: DistilAsk,
  emit: (event: DistilEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly fingerprint: string; readonly reproduction: Reproduction | null }> {
  const model = s.model as ModelId;
  assertSetup(s, s.rows);
  const { n, steps, seed, low, high, spread, w, ref } = s.values as unknown as {
    readonly [key in 'n' | 'steps' | 'seed' | 'low' | 'high' | 'spread']: number;
  } & { readonly w?: number; readonly ref?: string };
  const card = modelCard(model);
  const { dim } = card.shape;
  const told = s.values['class'];
  const { problem } = await session.prepare(
    {
      ...defaultExperiment(model),
      samples: n,
      guidance: w ?? 1,
      label: told === undefined || told === 'all' ? -1 : Number(told),
      contenders: [],
    },
    signal,
  );
  const target = exactTarget({ model, points: [] });
  const fresh = target && targetSamples(target, 2048, 0x7a7);
  const folder = picturesOf(model);
  const real: Batch | null = folder ? (await bundled(folder, load, signal)).points : null;
  emit({
    kind: 'begun',
    modes: card.shape.kind === 'point' ? modesOf(model) : card.classes,
    target: fresh && Float32Array.from(Array.from(fresh.data).slice(0, 1024)),
    about: problem.about,
    where: card.shape.kind === 'point' || session.backend.kind === 'cpu' ? 'processor' : 'device',
  });
  const answer = await answering(problem, load, signal);
  const start = normals(seed, 0, n, dim).map((v) => spread * v);
  const reference = ref === undefined ? -1 : Number(ref);
  const task: DistilTask = { start, dim, steps, seed, low, high, reference };
  const judged: Judged = { model, problem, target: fresh, real, reference };
  const trying = attempts(emit, alive);
  const walkers = new Map<number, Walker>();
  for (const [i, row] of s.rows.entries())
    await trying.of(i, async () => {
      assertMode(row, model);
      walkers.set(i, new Walker(task, row, answer, problem.passes));
    });
  const record: StepPrint[][] = s.rows.map(() => []);
  const looked = recordedSteps(steps);
  const printed = new Set(recordedSteps(looked.length - 1, 12).slice(1));
  for (const [k, step] of looked.entries()) {
    emit({ kind: 'status', text: `Step ${step} of ${steps}`, fraction: step / steps });
    for (const [i, walker] of walkers) await trying.of(i, () => walker.to(step, signal));
    for (const [i, walker] of walkers)
      await trying.of(i, async () => {
        const { figures: own, shares } = await figuresOf(judged, walker.theta);
        const sequence = walkers.get(sequenceOf(s.rows, i) ?? -1);
        // Compared where both stand at the same step: a window ends where it ends.
        const beside = sequence?.step === walker.step && { off: farthest(walker.theta, sequence.theta) };
        const figures: Record<string, number> = { ...own, ...beside };
        if (!(figures['spread']! < Infinity))
          throw new DistilError(`Its particles are not finite after ${walker.step} steps.`, 'Take a smaller rate.');
        const shown = picture(Float32Array.from(walker.theta), 0, card.shape);
        emit({ kind: 'record', row: i, at: walker.step, picture: shown, figures, shares, cost: walker.cost });
        if (printed.has(k)) record[i]!.push({ step: walker.step, sigma: 0, value: projectState(walker.theta) });
      });
  }
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}
