// What a task begins with: samples that are real, the model's own, or drawn; and what is measured of them.
import { normals } from '../../../math/normal.ts';
import { uniforms } from '../../../math/uniform.ts';
import type { LoadWeights, Problem } from '../../../engine/diffusion/problem.ts';
import { assignComponents } from '../../../models/mixture.ts';
import { mixtureClasses, mixtures } from '../../../models/definitions.ts';
import { modelCard } from '../../../models/index.ts';
import { loadDataset } from '../../../models/networks/dataset.ts';
import { requireKind } from '../../../models/networks/index.ts';
import type { Batch } from '../../../models/types.ts';
import { dpmpp2m } from '../../../samplers/diffusion/dpmpp2m.ts';
import { planOps } from '../../../samplers/diffusion/index.ts';
import { exactTarget, targetSamples } from '../../../models/target.ts';
import { karras } from '../../../schedules/karras.ts';
import { TaskError } from '../../../tasks/check.ts';
import { parsePixels, seenNumbers } from '../../../tasks/mask.ts';
import { parsePoints } from '../config/points.ts';
import { isPlane, picturesOf, type TaskSetup } from '../config/taskSetup.ts';

/** Draw number of what is added to a measurement, and of the uniforms that choose pictures. */
const MEASURE_DRAW = 0x6d656173;
const CHOICE_DRAW = 0x63686f69;
const OWN_STEPS = 20;

export interface Given {
  readonly x: Float32Array;
  /** The class of each sample where it is known. */
  readonly labels: ArrayLike<number> | null;
  /** The bundled pictures, and which of them were given. */
  readonly pictures: { readonly points: Batch; readonly chosen: readonly number[] } | null;
}

/** The class of each point of a mixture: that of its most likely component. */
export function mixtureLabels(model: keyof typeof mixtures, x: ArrayLike<number>): Int32Array {
  const of = assignComponents(mixtures[model](), Float64Array.from(x), 0);
  const classes: readonly (readonly number[])[] = mixtureClasses[model];
  return Int32Array.from(of, (k) => classes.findIndex((components) => components.includes(k)));
}
export const mixtureOfModel = (model: TaskSetup['model']): keyof typeof mixtures | null =>
  model in mixtures ? (model as keyof typeof mixtures) : null;

/** Bundled pictures and their classes. */
export async function bundled(folder: string, load: LoadWeights, signal: AbortSignal) {
  const { info, tensors } = await load(folder, signal);
  return loadDataset(requireKind(info, 'dataset').architecture, tensors);
}

/** n of the numbers below `count` that pass, without repetition, as the seed has it. */
function chosen(n: number, count: number, passes: (i: number) => boolean, seed: number): number[] {
  const u = uniforms(seed, CHOICE_DRAW, count);
  return Array.from({ length: count }, (_, i) => i)
    .filter(passes)
    .sort((a, b) => u[a]! - u[b]! || a - b)
    .slice(0, n);
}

async function real(s: TaskSetup, load: LoadWeights, signal: AbortSignal): Promise<Given> {
  const folder = picturesOf(s.model);
  if (folder) {
    const { points, labels } = await bundled(folder, load, signal);
    const which = chosen(s.samples, points.n, (i) => s.source < 0 || labels[i] === s.source, s.seed);
    const { dim, data } = points;
    const x = Float32Array.from(
      { length: which.length * dim },
      (_, i) => data[which[Math.floor(i / dim)]! * dim + (i % dim)]!,
    );
    return { x, labels: which.map((i) => labels[i]!), pictures: { points, chosen: which } };
  }
  const target = exactTarget({ model: s.model, points: [], label: s.source });
  if (!target)
    throw new TaskError(
      `There are no pictures beside ${modelCard(s.model).title} to begin with.`,
      'Take the model’s own samples.',
    );
  const { data } = targetSamples(target, s.samples, s.seed);
  return { x: Float32Array.from(data), labels: null, pictures: null };
}

/** The model's own samples, of the class that is to be given. */
async function own(s: TaskSetup, problem: Problem, signal: AbortSignal): Promise<Given> {
  const { range } = problem.key.card;
  const ops = planOps(dpmpp2m, karras.sigmas(OWN_STEPS, range, { rho: 7 }), {}).map((op) =>
    op.op === 'eval' && s.source >= 0 ? { ...op, role: 'source' as const, label: s.source } : op,
  );
  const { x } = await problem.run(ops, { seed: s.seed, signal });
  const classes = problem.key.card.classes.length;
  const labels =
    s.source < 0 && classes > 0 && !isPlane(s.model) ? Array.from({ length: s.samples }, (_, i) => i % classes) : null;
  return { x, labels, pictures: null };
}

/** What the reader drew: points one by one, or one picture as often as there are samples. */
function drawn(s: TaskSetup): Given {
  const { shape } = modelCard(s.model);
  if (shape.kind === 'point') {
    const points = s.drawing === '' ? [] : parsePoints(s.drawing);
    const list = typeof points === 'string' ? [] : points;
    return { x: Float32Array.from(list.flat()), labels: null, pictures: null };
  }
  const ink = parsePixels(s.drawing, shape.height * shape.width);
  if (!ink?.some((v) => v > 0)) return { x: new Float32Array(0), labels: null, pictures: null };
  // A pen of one pixel is thinner than handwriting and has no soft edge.
  const { width, height, channels } = shape;
  const at = (row: number, column: number) =>
    row >= 0 && row < height && column >= 0 && column < width ? ink[row * width + column]! : 0;
  const soft = Float32Array.from(ink, (own, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const beside = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1);
    return 2 * Math.min(1, own + 0.35 * Math.min(2, beside)) - 1;
  });
  const x = new Float32Array(s.samples * shape.dim);
  for (let k = 0; k < s.samples * channels; k++) x.set(soft, k * soft.length);
  return { x, labels: null, pictures: null };
}

/** With the classes that can be read off the samples, or off what was asked for. */
function classed(s: TaskSetup, given: Given): Given {
  if (given.labels) return given;
  const mixture = mixtureOfModel(s.model);
  if (mixture) return { ...given, labels: mixtureLabels(mixture, given.x) };
  return { ...given, labels: s.source >= 0 ? new Int32Array(given.x.length).fill(s.source) : null };
}

/** The samples of a setup that need no run; null where the model must make them. Drawn points are as many as were drawn. */
export async function givenAlready(s: TaskSetup, load: LoadWeights, signal: AbortSignal): Promise<Given | null> {
  if (s.from === 'model') return null;
  return classed(s, s.from === 'data' ? await real(s, load, signal) : drawn(s));
}
export const givenByModel = async (s: TaskSetup, problem: Problem, signal: AbortSignal): Promise<Given> =>
  classed(s, await own(s, problem, signal));

export interface Measurement {
  /** Of the numbers of a sample: 1 where it was seen; all of them where the picture was made smaller. */
  readonly seen: Float64Array;
  /** n·dim numbers as they stand in the picture's place, 0 where nothing was seen. */
  readonly values: Float32Array;
  /** The smaller pictures. */
  readonly pooled: Float64Array | null;
}

/** Means of squares of two by two pixels. */
export function pool(x: ArrayLike<number>, { height, width }: PictureShape): Float64Array {
  const [rows, columns] = [height / 2, width / 2];
  const out = new Float64Array((x.length / (height * width)) * rows * columns);
  for (let k = 0; k < x.length / (height * width); k++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const from = k * height * width + 2 * r * width + 2 * c;
        out[(k * rows + r) * columns + c] = (x[from]! + x[from + 1]! + x[from + width]! + x[from + width + 1]!) / 4;
      }
  return out;
}
interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}
/** Each number twice in both directions. */
function repeated(x: ArrayLike<number>, { height, width }: PictureShape): Float32Array {
  const small = (height / 2) * (width / 2);
  return Float32Array.from({ length: 4 * x.length }, (_, i) => {
    const [k, at] = [Math.floor(i / (height * width)), i % (height * width)];
    return x[k * small + Math.floor(Math.floor(at / width) / 2) * (width / 2) + Math.floor((at % width) / 2)]!;
  });
}

/** What is measured of given samples, with its noise. */
export function measure(s: TaskSetup, x: Float32Array): Measurement {
  const { shape } = modelCard(s.model);
  const picture: PictureShape = shape.kind === 'image' ? shape : { channels: 1, height: 1, width: shape.dim };
  const { dim } = shape;
  const n = x.length / dim;
  if (s.measure === 'pool' && shape.kind === 'image') {
    const small = dim / 4;
    const z = normals(s.seed, MEASURE_DRAW, n, small);
    const pooled = pool(x, picture).map((v, i) => v + s.noise * z[i]!);
    return { seen: new Float64Array(dim).fill(1), values: repeated(pooled, picture), pooled };
  }
  const seen = seenNumbers(picture, { kind: s.mask, hidden: s.hidden, seed: s.seed, drawn: s.maskDrawn });
  const z = normals(s.seed, MEASURE_DRAW, n, dim);
  return { seen, values: x.map((v, i) => seen[i % dim]! * (v + s.noise * z[i]!)), pooled: null };
}
