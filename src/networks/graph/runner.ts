import type { GpuContext } from '../../gpu/device.ts';
import { encode, type Call, type Resource } from '../../gpu/kernel.ts';
import type { Graph, Tensor } from '../../models/graph/types.ts';
import type { Holdings } from '../holdings.ts';
import { planArenas } from './arenas.ts';
import type { Lowered } from './draft.ts';

/** A range of a buffer that holds a tensor. */
export interface Held {
  readonly buffer: GPUBuffer;
  /** In bytes. */
  readonly offset: number;
  readonly size: number;
}

/** A network that is ready to run: memory placed, every dispatch bound. */
export interface GraphRun {
  /** Inputs and outputs by name. An input is valid until the first dispatch that follows `encode`. */
  readonly inputs: ReadonlyMap<string, Held>;
  readonly outputs: ReadonlyMap<string, Held>;
  /** Bytes of activations, and of each buffer that holds them. */
  readonly arenas: readonly number[];
  readonly dispatches: number;
  /** Records what depends on the text alone: once for every text, before `encode`. */
  encodeOnce(pass: GPUComputePassEncoder): void;
  encode(pass: GPUComputePassEncoder): void;
}

/**
 * Places a lowered network in memory and binds its dispatches; `hold` owns the buffers. The results of what runs once
 * stay where they are for as long as the network lives. RangeError when a tensor is larger than one binding.
 */
export async function createGraphRun(
  ctx: GpuContext,
  hold: Holdings,
  graph: Graph,
  lowered: Lowered,
): Promise<GraphRun> {
  const { maxStorageBufferBindingSize, maxBufferSize } = ctx.info.limits;
  const dispatches = lowered.steps.flatMap((step) => step.dispatches);
  const kept = new Set([...graph.outputs.values()].map(({ id }) => id));
  for (const step of lowered.steps)
    if (step.once) for (const { writes } of step.dispatches) writes.forEach((id) => kept.add(id));
  const plan = planArenas(lowered.bytes, dispatches, kept, Math.min(maxStorageBufferBindingSize, maxBufferSize));
  const buffers = await Promise.all(plan.arenas.map((bytes, i) => hold.floats(`activations ${i + 1}`, bytes / 4)));
  const at = (id: number): Held => {
    const place = plan.places.get(id);
    if (!place) throw new RangeError(`tensor ${id} is not part of this network`);
    const size = Math.max(16, Math.ceil(lowered.bytes.get(id)! / 16) * 16);
    return { buffer: buffers[place.arena]!, offset: place.offset, size };
  };
  const resource = (id: number): Resource => at(id);
  const record = (once: boolean): Call[] =>
    lowered.steps.filter((step) => step.once === once).flatMap((step) => step.record(resource));
  const [first, always] = [record(true), record(false)];
  const held = (tensors: ReadonlyMap<string, Tensor>) =>
    new Map([...tensors].filter(([, { id }]) => plan.places.has(id)).map(([name, { id }]) => [name, at(id)]));
  return {
    inputs: held(graph.inputs),
    outputs: held(graph.outputs),
    arenas: plan.arenas,
    dispatches: first.length + always.length,
    encodeOnce(pass) {
      for (const call of first) encode(pass, call);
    },
    encode(pass) {
      for (const call of always) encode(pass, call);
    },
  };
}
