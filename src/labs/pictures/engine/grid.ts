// The cells of a grid in this lab. Those of one model and size stand together, so that a network is prepared once; the
// solutions that cells are measured against are kept for those that share them.
import { assertSound } from '../../../engine/diffusion/attempts.ts';
import { runJobs, type CellJob, type CellResult, type GridEvent } from '../../../engine/grid.ts';
import { reducedTiles, tileImages, type Picture } from '../../../engine/diffusion/tiles.ts';
import { ModelError } from '../../../hub/files.ts';
import { latentSize } from '../../../models/diffusers/pipeline.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import type { PictureCell } from '../config/gridAxes.ts';
import { guidanceKey } from '../config/guidance.ts';
import type { PictureMetric } from '../config/gridMetrics.ts';
import { formatSource } from '../config/model.ts';
import type { Bench } from './bench.ts';
import type { Pixels } from './events.ts';
import { sidesOf } from './guiding.ts';
import { givenNumbers, givenRegisters, type StartLatents } from './noise.ts';
import { picturePlan, type PicturePlan, type PlanFor } from './plan.ts';
import { seenOf } from './play.ts';
import { copiesOf, pairedErrors, solveReference } from './run.ts';
import { startLatents } from './start.ts';

/** Cells as the page or the command line made them: their words and menus are no business of the worker. */
export interface PicturesGridAsk {
  readonly jobs: readonly CellJob<Pick<PictureCell, 'experiment' | 'contender'>>[];
  /** The model that the reader has agreed to; others are run where they are on this machine already. */
  readonly model: PicturesExperiment['model'];
  /** What cells vary, for the distance to what it makes. */
  readonly own: PictureContender;
  readonly metrics: readonly PictureMetric[];
  /** Pictures that a cell's picture shows. */
  readonly shown: number;
  /** What cells start from, at the size of their pictures; null for noise. */
  readonly picture: Pixels | null;
  /** Most pixels of a side of a cell's picture, so that memory stays flat; null for all. */
  readonly side: number | null;
}
type Job = PicturesGridAsk['jobs'][number];

/** What a network is prepared for. */
const networkKey = ({ experiment: e }: Job['made']): string =>
  JSON.stringify([formatSource(e.model), e.width, e.height, e.count]);

/** Lends the bench of an experiment's model: loads it unless it is there, and lends it again after a loss. */
export type LendBench = <T>(e: PicturesExperiment, task: (bench: Bench) => Promise<T>) => Promise<T>;

/** Bytes of solutions that are kept. */
const MOST_KEPT = 64 * 2 ** 20;
/** Ends of runs by what they are of; the oldest go first. */
class Ends {
  readonly #kept = new Map<string, Float32Array>();
  #bytes = 0;
  async of(key: string, make: () => Promise<Float32Array>): Promise<Float32Array> {
    const known = this.#kept.get(key);
    if (known) return known;
    const made = await make();
    this.#kept.set(key, made);
    this.#bytes += made.byteLength;
    for (const [old, values] of this.#kept) {
      if (this.#bytes <= MOST_KEPT || old === key) break;
      this.#kept.delete(old);
      this.#bytes -= values.byteLength;
    }
    return made;
  }
}

/** Between two previews of a cell. */
const PREVIEW_MS = 250;
const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

/** Runs the cells; one that fails by itself is told and the others go on. `here`: whether a model is on this machine. */
export async function runGrid(
  lend: LendBench,
  ask: PicturesGridAsk,
  emit: (event: GridEvent) => void,
  signal: AbortSignal,
  {
    alive = () => true,
    here = () => Promise.resolve(true),
  }: { readonly alive?: () => boolean; readonly here?: (e: PicturesExperiment) => Promise<boolean> } = {},
): Promise<{ readonly cells: number }> {
  const { jobs } = ask;
  /** What networks are asked for by any of a model's cells: prepared for all of them at once. */
  const contenders = new Map<string, PictureContender[]>();
  for (const { made } of jobs) {
    const key = networkKey(made);
    const others = contenders.get(key);
    if (others) others.push(made.contender);
    else contenders.set(key, [ask.own, made.contender]);
  }
  const grid: GridAtWork = {
    ask,
    contenders,
    ends: new Ends(),
    emit,
    signal,
  };
  let last: Bench | null = null;
  const runOne = async (job: Job): Promise<CellResult> => {
    const { experiment } = job.made;
    if (!(await here(experiment)))
      throw new ModelError(
        `${formatSource(experiment.model)} is not on this machine.`,
        'Open it once in Compare, and try the cells that failed again.',
      );
    return lend(experiment, (bench) => {
      last = bench;
      return runCell(bench, job, grid);
    });
  };
  try {
    return await runJobs(jobs, runOne, emit, signal, alive);
  } finally {
    (last as Bench | null)?.restDecoder();
  }
}

interface GridAtWork {
  readonly ask: PicturesGridAsk;
  readonly contenders: ReadonlyMap<string, readonly PictureContender[]>;
  readonly ends: Ends;
  readonly signal: AbortSignal;
  emit(event: GridEvent): void;
}

async function runCell(bench: Bench, { cell, made }: Job, grid: GridAtWork): Promise<CellResult> {
  const { ask, signal } = grid;
  const model = bench.planFor;
  const { experiment: e, contender: c } = made;
  const from = e.start?.sigma ?? null;
  const plan = picturePlan(c, model, { conventions: e.conventions, from });
  assertSound(plan.ops, plan.sigmas.length - 1);
  const start = await startLatents(bench, e, ask.picture, signal);
  const own = ask.metrics.includes('baseline') ? ownPlan(ask.own, model, e) : null;
  const asking = grid.contenders.get(networkKey(made)) ?? [c];
  const both = { ...e, contenders: [c, ask.own] };
  const needs = {
    copies: copiesOf(asking, model.told),
    sides: sidesOf(asking, model.network),
    givenRegisters: givenRegisters(both, new Map([[0, plan], ...(own ? [[1, own] as const] : [])]), start),
  };
  const preview = await bench.preview(signal);
  const { problem } = await bench.prepare(e, needs, signal);
  const size = bench.sizeOf(e);
  const shown = Math.min(e.count, ask.shown);
  const pictureOf = (
    rgb: ArrayLike<number>,
    { width, height }: { readonly width: number; readonly height: number },
  ): Picture => {
    const tiles = tileImages(rgb, { kind: 'image', channels: 3, height, width, dim: 3 * height * width }, 1);
    return { kind: 'image', ...(ask.side === null ? tiles : reducedTiles(tiles, ask.side)) };
  };
  const small = latentSize(size, bench.made.model.vae);
  let told = performance.now();
  const ran = await problem.run({
    plan,
    seed: e.seed,
    given: givenNumbers(e, c, start, problem),
    signal,
    onStep(state) {
      if (performance.now() - told < PREVIEW_MS) return;
      told = performance.now();
      const seen = seenOf(state).subarray(0, shown * problem.dim);
      grid.emit({ kind: 'preview', cell, picture: pictureOf(preview.rgb(seen, small), small) });
    },
  });
  const quality = await measured(
    bench,
    problem,
    { e, c, start, own, x: ran.x, solved: !plan.stochastic && !plan.stepwise },
    grid,
  );
  const rgb = new Float32Array(shown * 3 * size.width * size.height);
  const decoder = await bench.decoder(size, signal);
  await decoder.decode(
    ran.x.subarray(0, shown * problem.dim),
    (sample, picture) => rgb.set(picture, sample * 3 * size.width * size.height),
    signal,
  );
  const { gpuMs, wallMs } = ran;
  return { cell, nfe: plan.nfe, passes: plan.passes, quality, picture: pictureOf(rgb, size), gpuMs, wallMs };
}

/** The plan of the contender that cells vary, under a cell's conditions; null where it has none. */
function ownPlan(c: PictureContender, model: PlanFor, { conventions, start }: PicturesExperiment): PicturePlan | null {
  try {
    const plan = picturePlan(c, model, { conventions, from: start?.sigma ?? null });
    assertSound(plan.ops, plan.sigmas.length - 1);
    return plan;
  } catch {
    return null;
  }
}

/** The metrics of a cell: distances of its end to a solution, and to the base's own end from the same noise. */
async function measured(
  bench: Bench,
  problem: Awaited<ReturnType<Bench['prepare']>>['problem'],
  {
    e,
    c,
    start,
    own,
    x,
    solved,
  }: {
    readonly e: PicturesExperiment;
    readonly c: PictureContender;
    readonly start: StartLatents | null;
    /** The plan of the contender that cells vary; null where nothing is measured against it. */
    readonly own: PicturePlan | null;
    readonly x: Float32Array;
    /** Whether a solution of many steps is what its own steps approach. */
    readonly solved: boolean;
  },
  { ask, ends, signal }: GridAtWork,
): Promise<CellResult['quality']> {
  const key = JSON.stringify({ ...e, contenders: [], budgets: [] });
  const quality: Record<PictureMetric, number | undefined> = { error: undefined, baseline: undefined };
  if (ask.metrics.includes('error') && solved) {
    const solution = await ends.of(`${guidanceKey(c)} ${key}`, () =>
      solveReference(bench, e, c, start, problem, signal),
    );
    quality.error = mean(pairedErrors(x, solution, e.count));
  }
  if (own) {
    const given = givenNumbers(e, ask.own, start, problem);
    const end = await ends.of(
      `base ${key}`,
      async () => (await problem.run({ plan: own, seed: e.seed, given, signal })).x,
    );
    quality.baseline = mean(pairedErrors(x, end, e.count));
  }
  return quality;
}
