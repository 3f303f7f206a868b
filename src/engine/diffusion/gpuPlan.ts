// A plan as GPU work: every argument is put into uniform slots before the loop, so that the loop only records and
// submits.
import { encode, type Call } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import type { createLincomb } from '../../kernels/diffusion/lincomb.ts';
import type { createPhiloxNormal } from '../../kernels/random/philoxNormal.ts';
import type { Evaluation, GpuDenoiser } from '../../networks/types.ts';
import type { Extras } from './gpuExtras.ts';
import type { Preview } from './gpuPreview.ts';
import { batchFault, evaluationsOf, readsOf, writesOf } from '../../samplers/diffusion/registers.ts';
import type { Evaluate, Op, Reg, WeightedDraw } from '../../samplers/diffusion/types.ts';

/** Registers that an arena is made with: more than nearly every plan uses. A plan with more gets an arena of its own size. */
export const ARENA_REGISTERS = 18;

/** Elements from one register to the next: a register starts at a multiple of 256 bytes. */
export const registerStride = (samples: number, dim: number): number => Math.ceil((samples * dim) / 64) * 64;

/** The work between two marks. */
export interface Stage {
  readonly work: readonly (Call | { readonly evaluation: number })[];
  readonly mark: {
    readonly step: number;
    readonly sigma: number;
    /** Element offset of the state, and of the last D where the sampler names one. */
    readonly offset: number;
    readonly denoised: number | null;
  };
  /** Draws the state's picture where pictures are wanted. */
  readonly draw: Call | null;
}

export interface Toolbox extends Extras {
  readonly arena: GPUBuffer;
  /** Registers that the arena has room for. */
  readonly registers: number;
  readonly slots: UniformSlots;
  readonly lincomb: Awaited<ReturnType<typeof createLincomb>>;
  readonly philox: Awaited<ReturnType<typeof createPhiloxNormal>>;
  readonly denoiser: GpuDenoiser;
  readonly preview: Preview;
}

/** Numbers that lie in the arena before the run, in place of keyed noise. */
export interface Given {
  /** Registers that hold numbers already, in the order in which they lie from the arena's beginning on. */
  readonly registers?: readonly Reg[];
  /** The start: Σ cᵢ·(elements at offset i), and this much keyed noise of draw 0. */
  readonly start?: {
    readonly terms: readonly (readonly [coefficient: number, offset: number])[];
    readonly noise: number;
  };
  /** Where the noise of the k-th drawing on the way lies; null draws it. */
  noise?(k: number): number | null;
}

/** Which noise ops are read by exactly the next lincomb and by nothing after: those are drawn inside it. */
function fusable(ops: readonly Op[], at: number, open: boolean): boolean {
  const noise = ops[at]!;
  const next = ops[at + 1];
  if (noise.op !== 'noise' || next?.op !== 'lincomb' || next.terms.filter(([, reg]) => reg === noise.out).length !== 1)
    return false;
  for (const op of ops.slice(at + 2)) {
    if (readsOf(op).includes(noise.out)) return false;
    if (writesOf(op).includes(noise.out)) return true;
  }
  // Of a part of a plan nobody knows who reads it later.
  return !open;
}

export interface Shape {
  readonly samples: number;
  readonly dim: number;
}

/**
 * Fills the uniform slots and gives the stages of a run. Nothing else of the GPU is touched. Several seeds: of as many copies of
 * the starts, one after another among the samples, each of which draws its own.
 */
export const compilePlan = (
  ops: readonly Op[],
  shape: Shape,
  seed: number | readonly number[],
  tools: Toolbox,
  watched: boolean,
  given: Given = {},
): Stage[] => compilePart(ops, shape, seed, tools, watched, { given }).stages;

/** A plan that comes in parts. */
export interface PartOf {
  readonly given?: Given;
  /** Where the registers of the parts before lie; this part's new ones join them. */
  readonly offsets?: Map<Reg, number>;
  /** Whether more may follow. */
  readonly open?: boolean;
}

/** The same of a part of a plan; `rest` is what comes after its last mark. Only the first part makes the start. */
export function compilePart(
  ops: readonly Op[],
  shape: Shape,
  seedOrSeeds: number | readonly number[],
  tools: Toolbox,
  watched: boolean,
  { given = {}, offsets = new Map<Reg, number>(), open = false }: PartOf,
): { readonly stages: Stage[]; readonly rest: Stage['work'] } {
  const { samples, dim } = shape;
  const seeds = typeof seedOrSeeds === 'number' ? [seedOrSeeds] : seedOrSeeds;
  const seed = seeds[0]!;
  const copy = samples / seeds.length;
  const stride = registerStride(samples, dim);
  const offsetOf = (reg: Reg) => {
    let at = offsets.get(reg);
    if (at === undefined) {
      if (offsets.size >= tools.registers)
        throw new Error(`The plan uses more than ${tools.registers} registers; '${reg}' does not fit.`);
      offsets.set(reg, (at = offsets.size * stride));
    }
    return at;
  };
  const evaluations: Evaluation[] = [];
  const stages: Stage[] = [];
  let work: Stage['work'][number][] = [];
  const combine = (
    out: number,
    terms: readonly (readonly [number, number])[],
    draws?: readonly WeightedDraw[],
    plus?: number,
  ) =>
    work.push(
      tools.lincomb.call(
        { arena: tools.arena },
        { samples, dim, terms, out, ...(plus !== undefined && { plus }), ...(draws && { noise: { seed, draws } }) },
        tools.slots,
      ),
    );

  const drawInto = (out: number, draws: readonly WeightedDraw[]) => {
    for (const [c, own] of seeds.entries())
      work.push(
        tools.philox.call(
          { arena: tools.arena },
          { samples: copy, dim, seed: own, draws, out: out + c * copy * dim },
          tools.slots,
        ),
      );
  };
  /** A sum has one seed: noise of several copies is drawn before it. */
  const inSum = (at: number) => seeds.length === 1 && fusable(ops, at, open);

  const evaluate = (e: Evaluate) => {
    work.push({ evaluation: evaluations.length });
    evaluations.push({
      sigma: e.sigma,
      x: offsetOf(e.x),
      out: offsetOf(e.out),
      ...(e.role && { role: e.role }),
      ...(e.label !== undefined && { label: e.label }),
      ...(e.part && { part: e.part }),
    });
  };

  for (const reg of given.registers ?? []) offsetOf(reg);
  const first = ops.find((o) => o.op === 'mark');
  if (!offsets.has('x')) {
    const begin = given.start ?? { terms: [], noise: first?.op === 'mark' ? first.sigma : 1 };
    const drawn: readonly WeightedDraw[] | undefined = begin.noise === 0 ? undefined : [[begin.noise, 0]];
    const x = offsetOf('x');
    if (drawn && seeds.length > 1) {
      drawInto(x, drawn);
      if (begin.terms.length > 0) combine(x, [...begin.terms, [1, x]]);
    } else combine(x, begin.terms, drawn);
  }
  // Of each drawing the offset of its numbers where they are given.
  const drawn = new Map(
    ops.filter((op) => op.op === 'noise').map((op, k) => [op as Op, given.noise?.(k) ?? null] as const),
  );
  for (const [i, op] of ops.entries()) {
    switch (op.op) {
      case 'eval':
        evaluate(op);
        break;
      case 'evalBatch': {
        const fault = batchFault(op.of);
        if (fault) throw new Error(fault);
        // One after another: how many could run side by side is a count, and it is the plan's.
        op.of.forEach(evaluate);
        break;
      }
      case 'send':
      case 'measure':
        break;
      case 'guide':
        if (!tools.guide) throw new Error('The plan guides by more than combinations, for which nothing was compiled.');
        work.push(
          tools.guide.call(
            { arena: tools.arena },
            {
              samples,
              dim,
              a: offsetOf(op.a),
              b: offsetOf(op.b),
              out: offsetOf(op.out),
              by: op.by,
              ...(op.onto !== undefined && { onto: offsetOf(op.onto) }),
            },
            tools.slots,
          ),
        );
        break;
      case 'blend':
        if (!tools.blend) throw new Error('The plan blends by a mask, for which nothing was compiled.');
        work.push(
          tools.blend.call(
            { arena: tools.arena },
            { count: samples * dim, by: offsetOf(op.by), a: offsetOf(op.a), b: offsetOf(op.b), out: offsetOf(op.out) },
            tools.slots,
          ),
        );
        break;
      case 'pool':
        if (!tools.pool) throw new Error('The plan goes down to half the size, for which nothing was compiled.');
        work.push(
          tools.pool.call(
            { arena: tools.arena },
            { planes: (samples * dim) / (op.height * op.width), ...op, x: offsetOf(op.x), out: offsetOf(op.out) },
            tools.slots,
          ),
        );
        break;
      case 'noise': {
        const at = drawn.get(op) ?? null;
        if (at !== null) combine(offsetOf(op.out), [[1, at]]);
        else if (!inSum(i)) drawInto(offsetOf(op.out), op.draws);
        break;
      }
      case 'lincomb': {
        const before = ops[i - 1];
        if (before?.op === 'noise' && inSum(i - 1) && (drawn.get(before) ?? null) === null) {
          const weight = op.terms.find(([, reg]) => reg === before.out)![0];
          combine(
            offsetOf(op.out),
            op.terms.filter(([, reg]) => reg !== before.out).map(([c, reg]) => [c, offsetOf(reg)]),
            before.draws.map(([w, d]) => [w * weight, d]),
            op.plus,
          );
        } else
          combine(
            offsetOf(op.out),
            op.terms.map(([c, reg]) => [c, offsetOf(reg)]),
            undefined,
            op.plus,
          );
        break;
      }
      case 'mark':
        stages.push({
          work,
          mark: {
            step: op.step,
            sigma: op.sigma,
            offset: offsetOf(op.x),
            denoised: op.denoised === undefined ? null : offsetOf(op.denoised),
          },
          draw: watched ? tools.preview.draw(offsetOf(op.x), op.sigma, tools.slots) : null,
        });
        work = [];
        break;
      default:
        op satisfies never;
    }
  }
  tools.denoiser.prepare(evaluations);
  tools.slots.flush();
  return { stages, rest: work };
}

/**
 * Uniform slots of 256 bytes that a plan's own kernels need at most (a lincomb takes three), pictures of its marks
 * included. `copies`: of the starts, each with a seed of its own.
 */
export const slotsForPlan = (ops: readonly Op[], copies = 1): number =>
  3 *
  (2 +
    ops.filter((op) => evaluationsOf(op).length === 0).length +
    (copies - 1) * (1 + ops.filter(({ op }) => op === 'noise').length));

export function recordWork(pass: GPUComputePassEncoder, work: Stage['work'], denoiser: GpuDenoiser): void {
  for (const item of work) {
    if ('evaluation' in item) denoiser.encode(pass, item.evaluation);
    else encode(pass, item);
  }
}

/** Records one stage, and the drawing of its end. */
export function recordStage(pass: GPUComputePassEncoder, stage: Stage, denoiser: GpuDenoiser): void {
  recordWork(pass, stage.work, denoiser);
  if (stage.draw) encode(pass, stage.draw);
}
