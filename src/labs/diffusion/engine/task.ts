// A task on given data: every method from the same samples and the same noise. One that cannot run, or fails, is named and
// the others go on.
import { runCpu } from '../../../engine/diffusion/cpuBackend.ts';
import {
  compareFingerprint,
  formatFingerprint,
  projectState,
  type Reproduction,
  type StepPrint,
} from '../../../engine/diffusion/fingerprint.ts';
import type { Finished, LoadWeights, Problem } from '../../../engine/diffusion/problem.ts';
import { picture, tileImages, type Picture } from '../../../engine/diffusion/tiles.ts';
import type { About } from '../../../engine/diffusion/about.ts';
import { breathe } from '../../../core/cancel.ts';
import { judge } from '../../../metrics/samples/index.ts';
import { modelCard, type ModelId } from '../../../models/index.ts';
import { exactTarget, targetSamples } from '../../../models/target.ts';
import { nfe, passesOf } from '../../../samplers/diffusion/index.ts';
import { assertPossible, TaskError } from '../../../tasks/check.ts';
import { taskMethods, taskOps } from '../../../tasks/index.ts';
import { distances, meanOf, shareOf, type Measured } from '../../../tasks/judge.ts';
import { defaultExperiment } from '../config/defaults.ts';
import type { TaskMetricId } from '../config/taskMetricIds.ts';
import type { TaskRow, TaskSetup } from '../config/taskSetup.ts';
import { assertSound } from '../../../engine/diffusion/attempts.ts';
import { attempts, type Dropped } from './attempt.ts';
import type { Session } from './session.ts';
import {
  givenAlready,
  givenByModel,
  measure,
  mixtureLabels,
  mixtureOfModel,
  type Given,
  type Measurement,
} from './taskGiven.ts';
import { hasPosterior, posteriorOf } from './taskPosterior.ts';
import { byLevel, remarkOf, type LevelError } from './taskRoundTrip.ts';

export interface TaskAsk {
  readonly setup: TaskSetup;
  readonly fingerprint: string | null;
}
export type TaskQuality = Partial<Record<TaskMetricId, Measured>>;

export type TaskEvent =
  | { readonly kind: 'status'; readonly text: string; readonly fraction: number | null }
  | {
      readonly kind: 'given';
      readonly before: Picture;
      /** What is seen of it, where a task measures. */
      readonly measured: Picture | null;
      readonly about: About | null;
      readonly samples: number;
    }
  | { readonly kind: 'frame'; readonly row: number; readonly fraction: number; readonly frame: Picture }
  | {
      readonly kind: 'result';
      readonly row: number;
      readonly after: Picture;
      /** |after − before| of pictures; points are drawn from both ends. */
      readonly difference: Picture | null;
      readonly cost: {
        readonly nfe: number;
        readonly passes: number;
        readonly gpuMs: number | null;
        readonly wallMs: number;
      };
      readonly quality: TaskQuality;
      /** Of a round trip: how far down and up are apart at each level. */
      readonly levels: readonly LevelError[] | null;
      readonly remark: string | null;
    }
  | Dropped;

interface Work {
  readonly s: TaskSetup;
  readonly problem: Problem;
  readonly given: Given;
  readonly measured: Measurement | null;
}

/** The class that each sample should have in the end; null where none is known. */
function wanted({ s, given }: Pick<Work, 's' | 'given'>): ArrayLike<number> | null {
  if (s.task !== 'edit') return given.labels;
  return s.target >= 0 ? new Int32Array(given.x.length).fill(s.target) : null;
}

/** How many samples are of their wanted class: exactly for mixtures, by the feature net for pictures. */
async function onTarget(work: Work, x: Float32Array, n: number): Promise<Measured | null> {
  const labels = wanted(work);
  if (!labels) return null;
  const mixture = mixtureOfModel(work.s.model);
  const seen = mixture ? null : await work.problem.features(x);
  if (!mixture && !seen) return null;
  const found = mixture ? mixtureLabels(mixture, x) : strongest(seen!.logits, seen!.classes);
  let right = 0;
  for (let i = 0; i < n; i++) if (found[i] === labels[i]) right++;
  return shareOf(right, n);
}
export const strongest = (logits: Float32Array, classes: number): Int32Array =>
  Int32Array.from({ length: logits.length / classes }, (_, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  });

async function qualityOf(work: Work, x: Float32Array): Promise<TaskQuality> {
  const { s, given, measured, problem } = work;
  const { dim, kind } = problem.key.card.shape;
  const n = x.length / dim;
  const to = (where: ArrayLike<number> | null) => meanOf(distances(x, given.x, dim, where));
  const target = await onTarget(work, x, n);
  const law = kind === 'point' ? exactTarget({ model: s.model, points: [], label: lawOf(s) }) : null;
  const fresh = law && targetSamples(law, Math.max(512, n), 0x7a7);
  const sw1 = fresh && judge({ samples: { n, dim, data: x }, target: fresh }, ['sw1']).sw1;
  const masked = measured && !measured.pooled ? measured.seen : null;
  return {
    ...(target && { onTarget: target }),
    ...(s.task === 'edit' && { kept: to(null) }),
    ...(s.task === 'invert' && { roundTrip: to(null) }),
    ...(s.task === 'restore' && { error: to(masked && masked.map((v) => 1 - v)) }),
    ...(masked && { seen: to(masked) }),
    ...(typeof sw1 === 'number' && { sw1: { value: sw1, half: null } }),
  };
}
/** The class whose law the end is held against. */
const lawOf = (s: TaskSetup): number => (s.task === 'edit' ? s.target : s.source);

const differenceOf = (x: Float32Array, before: Float32Array, model: ModelId): Picture | null => {
  const { shape } = modelCard(model);
  if (shape.kind === 'point') return null;
  return {
    kind: 'image',
    ...tileImages(
      x.map((v, i) => 2 * Math.abs(v - before[i]!) - 1),
      shape,
      1,
    ),
  };
};

/** Runs one row; a method that asks for the posterior runs in float64 on the processor. */
async function runRow(
  { s, problem, given, measured }: Work,
  row: TaskRow,
  posterior: (() => ReturnType<typeof posteriorOf>) | null,
  onFrame: (fraction: number, frame: Picture) => void,
  signal: AbortSignal,
): Promise<{ readonly done: Finished; readonly nfe: number; readonly passes: number; readonly steps: number }> {
  const method = taskMethods[row.method];
  const card = modelCard(s.model);
  const { seen } = measured ?? { seen: new Float64Array(card.shape.dim) };
  assertPossible(method, {
    model: card.title,
    classes: card.classes.length,
    posterior: hasPosterior(s),
    given: given.x.length / card.shape.dim,
    seen: seen.reduce((a, b) => a + b, 0),
    of: card.shape.dim,
    masked: measured !== null && !measured.pooled,
    source: s.source,
    target: s.target,
  });
  const { source, target, guidance } = s;
  const ops = taskOps(method, { steps: row.steps, range: card.range }, row.params, { source, target, guidance });
  assertSound(ops, row.steps);
  const registers: Record<string, Float32Array<ArrayBuffer>> = {
    given: Float32Array.from(given.x),
    measured: Float32Array.from(measured?.values ?? given.x),
    mask: Float32Array.from(given.x, (_, i) => seen[i % seen.length]!),
  };
  const marks = ops.filter((op) => op.op === 'mark').length;
  const options = {
    seed: s.seed,
    signal,
    given: Object.fromEntries(method.given.map((reg) => [reg, registers[reg]!])),
    onFrame: ({ step, picture: frame }: { readonly step: number; readonly picture: Picture }) =>
      onFrame(step / (marks - 1), frame),
  };
  const done = method.roles.some((role) => role === 'posterior')
    ? await runCpu(problem.key, await posterior!(), ops, options)
    : await problem.run(ops, options);
  return { done, nfe: nfe(ops), passes: passesOf(ops, problem.passes), steps: marks - 1 };
}

/** Twelve states of a run, the last always among them, as numbers for the link. */
const MOST_PRINTS = 12;
function prints({ marks }: Finished, steps: number): StepPrint[] {
  const count = Math.min(steps, MOST_PRINTS);
  const steps_ = new Set(Array.from({ length: count }, (_, i) => Math.round(((i + 1) * steps) / count)));
  return marks
    .filter(({ step }) => steps_.has(step))
    .map(({ step, sigma, x }) => ({ step, sigma, value: projectState(x) }));
}

export async function runTask(
  session: Session,
  load: LoadWeights,
  { setup: s, fingerprint }: TaskAsk,
  emit: (event: TaskEvent) => void,
  signal: AbortSignal,
  alive: () => boolean = () => true,
): Promise<{ readonly fingerprint: string; readonly reproduction: Reproduction | null }> {
  const card = modelCard(s.model);
  const { dim } = card.shape;
  const already = await givenAlready(s, load, signal);
  const samples = already ? already.x.length / dim : s.samples;
  if (samples === 0)
    throw new TaskError(
      s.from === 'pad' ? 'Nothing is drawn yet.' : 'There are no pictures of this class.',
      s.from === 'pad' ? 'Draw on the pad, or take real samples.' : 'Choose another class.',
    );
  const experiment = { ...defaultExperiment(s.model), samples, guidance: 1, label: -1, contenders: [] };
  const { problem } = await session.prepare(experiment, signal);
  const given = already ?? (await givenByModel(s, problem, signal));
  const measured = s.task === 'restore' ? measure(s, given.x) : null;
  const work: Work = { s, problem, given, measured };
  emit({
    kind: 'given',
    before: picture(given.x, 0, card.shape),
    measured: measured && picture(measured.values, 0, card.shape),
    about: problem.about,
    samples,
  });
  const trying = attempts(emit, alive);
  let making: ReturnType<typeof posteriorOf> | null = null;
  const posterior = measured && (() => (making ??= posteriorOf(s, given, measured, load, signal)));
  const record: StepPrint[][] = [];
  for (const [i, row] of s.rows.entries()) {
    const fraction = i / s.rows.length;
    emit({ kind: 'status', text: `Method ${i + 1} of ${s.rows.length}`, fraction });
    await breathe();
    const ran = await trying.of(i, async () => {
      const watched = (of: number, frame: Picture) => emit({ kind: 'frame', row: i, fraction: of, frame });
      const out = await runRow(work, row, posterior, watched, signal);
      const { x } = out.done;
      const levels = s.task === 'invert' ? byLevel(out.done.marks, out.steps, dim) : null;
      return { ...out, levels, quality: await qualityOf(work, x) };
    });
    record.push(ran ? prints(ran.done, ran.steps) : []);
    if (!ran) continue;
    const { done, levels, quality, passes } = ran;
    emit({
      kind: 'result',
      row: i,
      after: picture(done.x, 0, card.shape),
      difference: differenceOf(done.x, given.x, s.model),
      cost: { nfe: ran.nfe, passes, gpuMs: done.gpuMs, wallMs: done.wallMs },
      quality,
      levels,
      remark: remarkOf(row.method, levels),
    });
  }
  return {
    fingerprint: formatFingerprint(record),
    reproduction: fingerprint === null ? null : compareFingerprint(fingerprint, record),
  };
}
