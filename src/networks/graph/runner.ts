import type { GpuContext } from '../../gpu/device.ts';
import { encode, type Call } from '../../gpu/kernel.ts';
import { pixelsOf, type Graph, type Op, type Tensor } from '../../models/graph/types.ts';
import type { Holdings } from '../holdings.ts';
import type { Place } from './arenas.ts';
import type { Lowered } from './draft.ts';
import { bytesOf, planRun, sharedArenas, type RunPlan } from './places.ts';

/** A range of a buffer that holds a tensor. */
export interface Held {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly size: number;
}

/** An operation of a network, bound. */
export interface BoundStep {
  /** The part of the network that it belongs to, as diffusers names it. */
  readonly part: string;
  /** Depends on the text alone. */
  readonly once: boolean;
  /** What it makes is there at any time. */
  readonly kept: boolean;
  readonly calls: readonly Call[];
  /** What it makes, and how many numbers that are. */
  readonly out: Held;
  readonly count: number;
}

/** A network that is ready to run: memory placed, every dispatch bound. */
export interface GraphRun {
  /** Inputs and outputs by name. An input is valid until the first dispatch that follows `encode`. */
  readonly inputs: ReadonlyMap<string, Held>;
  readonly outputs: ReadonlyMap<string, Held>;
  readonly dispatches: number;
  readonly steps: readonly BoundStep[];
  /** What every run does, in order, and about how much work each call is. */
  readonly calls: readonly Call[];
  readonly work: readonly number[];
  /** Records what depends on the text alone: once for every text, before `encode`. */
  encodeOnce(pass: GPUComputePassEncoder): void;
  encode(pass: GPUComputePassEncoder): void;
}

/** Bytes that a buffer may have and be bound whole. */
export const bindingLimit = ({ info: { limits } }: GpuContext): number =>
  Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);

interface Network {
  readonly graph: Graph;
  readonly lowered: Lowered;
}

/** Argument slots that a run of a network may need: attention and wide layers are recorded block by block. */
export function slotsFor({ graph, lowered }: Network): number {
  const blocks = (op: Op) => (op.kind === 'attention' ? 3 * op.out.samples * Math.ceil(pixelsOf(op.q.of) / 256) : 0);
  // A dispatch may be two where a convolution reads two pictures as they lie.
  const dispatches = lowered.steps.reduce((n, step) => n + 2 * step.dispatches.length, 0);
  return graph.ops.reduce((n, op) => n + blocks(op) + 8, dispatches);
}

/**
 * Places lowered networks in memory and binds their dispatches; `hold` owns the buffers. Networks that never run at the
 * same time: they share what is over when a run is. Results of what runs once stay where they are for as long as the
 * network lives. RangeError when a tensor is larger than one binding.
 */
export async function createGraphRuns(
  ctx: GpuContext,
  hold: Holdings,
  networks: readonly Network[],
): Promise<{ readonly runs: readonly GraphRun[]; readonly activationBytes: number }> {
  const plans = networks.map(({ graph, lowered }) => planRun(graph, lowered, bindingLimit(ctx)));
  const shared = sharedArenas(plans);
  const scratch = await Promise.all(shared.map((bytes, i) => hold.floats(`activations ${i + 1}`, bytes / 4)));
  const runs = await Promise.all(
    networks.map(async ({ graph, lowered }, n) => {
      const plan = plans[n]!;
      const kept = await Promise.all(
        plan.kept.arenas.map((bytes, i) => hold.floats(`of the text ${i + 1}`, bytes / 4)),
      );
      return bind(graph, lowered, plan, scratch, kept);
    }),
  );
  const activationBytes = shared.reduce((a, b) => a + b, 0) + plans.reduce((n, { kept }) => n + bytesOf(kept), 0);
  return { runs, activationBytes };
}

function bind(
  graph: Graph,
  { steps, bytes }: Lowered,
  plan: RunPlan,
  scratch: readonly GPUBuffer[],
  kept: readonly GPUBuffer[],
): GraphRun {
  const at = (id: number): Held => {
    const held = ({ arena, offset }: Place, buffers: readonly GPUBuffer[]) => ({
      buffer: buffers[arena]!,
      offset,
      size: Math.max(16, Math.ceil(bytes.get(id)! / 16) * 16),
    });
    const place = plan.scratch.places.get(id);
    if (place) return held(place, scratch);
    const other = plan.kept.places.get(id);
    if (!other) throw new RangeError(`tensor ${id} is not part of this network`);
    return held(other, kept);
  };
  const bound = steps.map(({ part, once, dispatches, record, work }) => {
    const id = dispatches.at(-1)!.writes[0]!;
    const stays = plan.kept.places.has(id);
    return { part, once, kept: stays, calls: record(at), out: at(id), count: bytes.get(id)! / 4, work };
  });
  const first = bound.filter(({ once }) => once).flatMap(({ calls }) => calls);
  const rest = bound.filter(({ once }) => !once);
  const calls = rest.flatMap((step) => step.calls);
  const placed = ({ id }: Tensor) => plan.scratch.places.has(id) || plan.kept.places.has(id);
  const held = (tensors: ReadonlyMap<string, Tensor>) =>
    new Map([...tensors].filter(([, tensor]) => placed(tensor)).map(([name, { id }]) => [name, at(id)]));
  return {
    inputs: held(graph.inputs),
    outputs: held(graph.outputs),
    dispatches: first.length + calls.length,
    steps: bound,
    calls,
    work: rest.flatMap((step) => step.calls.map(() => step.work / step.calls.length)),
    encodeOnce(pass) {
      for (const call of first) encode(pass, call);
    },
    encode(pass) {
      for (const call of calls) encode(pass, call);
    },
  };
}
