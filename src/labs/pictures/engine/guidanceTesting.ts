// For the tests of guidance: a contender's run on a device and the same in float64, on every family of model.
import { CpuMachine } from '../../../engine/diffusion/cpu.ts';
import { classCount, conditionsOf } from '../../../engine/pipeline/conditions.ts';
import type { ModelFiles } from '../../../hub/files.ts';
import { normals } from '../../../math/normal.ts';
import { amended } from '../../../math/reference/elementwise.ts';
import { withWeights } from '../../../models/diffusers/prefetch.ts';
import { referenceDenoiser } from '../../../models/diffusers/reference.ts';
import type { GraphModel } from '../../../models/diffusers/types.ts';
import type { GraphWeights } from '../../../models/graph/interpret.ts';
import type { PictureContender, PicturesExperiment } from '../config/experiment.ts';
import { sidesOf } from './guiding.ts';
import { picturePlan, type PicturePlan } from './plan.ts';
import { copiesOf } from './run.ts';
import { benchOf, experiment, never } from './testing.ts';

const nothing = { noise: null, onTheWay: null, picture: null };

/** A model on a device and on the processor, for pictures of a size. */
export async function bothOf(files: ModelFiles, more: Partial<PicturesExperiment>) {
  const { bench, free } = await benchOf(files);
  const { made, planFor } = bench;
  const size = bench.sizeOf({ width: 0, height: 0, ...more });
  const pipeline = await made.network(size, never);
  const { channels, height, width } = pipeline.graph;
  const dim = channels * height * width;
  const e = experiment({ ...more, seed: 5 });
  const classes = classCount(made.model.network);
  const labels =
    classes === null ? null : Array.from({ length: e.count }, (_, i) => (e.label >= 0 ? e.label : i % classes));
  let weights: GraphWeights | null = null;

  /** D in float64, under the settings of evaluation k. */
  async function answers(c: PictureContender, plan: PicturePlan) {
    const sides = sidesOf([c], planFor.network);
    const prompts = await bench.prompts(e, never, true);
    const given = { prompts, labels, size, avoid: sides.avoid };
    const guides = copiesOf([c], planFor.told) !== 'one';
    const use = conditionsOf(files.title, made.model.network, (own) => pipeline.condition(own), given, guides);
    const first = normals(0, 0, 1, dim);
    weights ??= await withWeights((w) => {
      referenceDenoiser(pipeline.graph, w, { ...use, guidance: 1 })(first, 1);
      return w;
    }, pipeline.tensors);
    return (x: Float64Array, sigma: number, k: number): Float64Array => {
      const { guidance, rescale, side, time, amend } = plan.settings[k]!;
      const model: GraphModel =
        time === undefined
          ? pipeline.graph
          : { ...pipeline.graph, scalars: (s) => ({ ...pipeline.graph.scalars(s), noise: time }) };
      const own = side === undefined ? null : use.sides.find(({ name }) => name === side)!;
      const told = own
        ? { ...use, row: own.row, texts: use.texts && { ...use.texts, prompt: use.texts[own.text]! }, guidance: 1 }
        : { ...use, guidance, rescale };
      const d = referenceDenoiser(model, weights!, told)(x, sigma);
      return amend ? amended(d, x, amend) : d;
    };
  }

  return {
    bench,
    free,
    planOf: (c: PictureContender, conventions: PicturesExperiment['conventions'] = 'exact') =>
      picturePlan(c, planFor, { conventions }),
    /** The samples of a contender on the device. */
    async onDevice(c: PictureContender, plan: PicturePlan): Promise<Float32Array> {
      const needs = {
        copies: copiesOf([c], planFor.told),
        sides: sidesOf([c], planFor.network),
        givenRegisters: 0,
      };
      const { problem } = await bench.prepare(e, needs, never);
      return (await problem.run({ plan, seed: e.seed, given: nothing, signal: never })).x;
    },
    async inFloat64(c: PictureContender, plan: PicturePlan): Promise<Float64Array> {
      const answer = await answers(c, plan);
      let k = 0;
      const machine = new CpuMachine(
        normals(e.seed, 0, e.count, dim).map((v) => plan.startScale * v),
        (x, sigma) => answer(x, sigma, k++),
        (draw, out) => out.set(normals(e.seed, draw, e.count, dim)),
        dim,
      );
      for (const op of plan.ops) machine.execute(op);
      return machine.read('x').map((v) => plan.endScale * v);
    },
  };
}
