/**
 * What every family's `prepare` needs: buffers that are freed together, outputs that are wiped, uniform slots that are
 * given back.
 */
import type { GpuContext } from '../../gpu/device.ts';
import type { Call } from '../../gpu/kernel.ts';
import type { UniformSlots } from '../../gpu/slots.ts';
import { factsOf, type KernelFamily } from '../../core/kernelVersions.ts';
import { versionTitles } from './versionTitles.ts';
import { affordable } from './inputs.ts';
import type { Dim, Expected, FamilyVersion, Output, Prepared, Shape } from './types.ts';

/** Multiply-adds of a reference that are computed in full; past them a spread of elements is. */
export const MOST_MACS = 30e6;
/**
 * Operations of a reference that is always computed in full: some seconds of the processor, during which nothing can be
 * cancelled.
 */
export const MOST_REFERENCE = 1e9;
/** Bytes of one shape's inputs and outputs together; the worker holds most of them a second time. */
const MOST_BYTES = 512 * 2 ** 20;

/** The versions of a family; `more` is what each needs besides. */
export const versionsOf = (family: KernelFamily, more: readonly string[] = []): readonly FamilyVersion[] =>
  factsOf(family).map(([id, { needs = [] }]) => ({
    id,
    title: (versionTitles[family] as Readonly<Record<string, string>>)[id]!,
    needs: [...new Set([...needs, ...more])],
  }));

/** The version of a kernel that has only one. */
export const onlyVersion = (title: string, needs: readonly string[] = []): readonly FamilyVersion[] => [
  { id: '1', title, needs },
];

/** Shapes that differ from a common one in a few numbers. */
export const variants = (base: Shape, ...changes: readonly Shape[]): Shape[] =>
  changes.map((change) => ({ ...base, ...change }));

/** A (rows, cols) reference checked in full. */
export const whole = (values: Float64Array): Expected => ({ indices: upTo(values.length), values });
/** 0, 1, 2, … */
export function upTo(count: number): Uint32Array {
  const out = new Uint32Array(count);
  for (let i = 0; i < count; i++) out[i] = i;
  return out;
}
/** A reference that is computed element by element. */
export const at = (indices: Uint32Array, value: (index: number) => number): Expected => ({
  indices,
  values: Float64Array.from(indices, value),
});

/** Throws a RangeError that names the number that does not fit. */
export function checkShape(id: string, dims: readonly Dim[], shape: Shape): void {
  for (const { name, min, max, multiple = 1 } of dims) {
    const value = shape[name];
    if (value === undefined || !Number.isInteger(value))
      throw new RangeError(`${id}: ${name} is ${value ?? 'missing'}; it must be a whole number`);
    if (value < min || value > max)
      throw new RangeError(`${id}: ${name} is ${value}; it must be from ${min} to ${max}`);
    if (value % multiple !== 0)
      throw new RangeError(`${id}: ${name} is ${value}; it must be a multiple of ${multiple}`);
  }
}

/** Throws a RangeError for a shape whose every element the processor would have to compute for too long. */
export function checkReference(id: string, flops: number): void {
  if (flops > MOST_REFERENCE)
    throw new RangeError(
      `${id}: its reference takes ${flops.toExponential(1)} operations of the processor, and ${MOST_REFERENCE.toExponential(0)} are the most; take a smaller shape`,
    );
}

export class Harness {
  readonly #ctx: GpuContext;
  readonly #buffers: GPUBuffer[] = [];
  readonly #resets: (() => void)[] = [];
  #bytes = 0;

  constructor(ctx: GpuContext) {
    this.#ctx = ctx;
  }

  #take(bytes: number): number {
    this.#bytes += bytes;
    if (this.#bytes > MOST_BYTES)
      throw new RangeError(
        `its inputs and outputs are more than ${MOST_BYTES / 2 ** 20} MiB together; take a smaller shape`,
      );
    return bytes;
  }

  /** An input. */
  async input(label: string, data: ArrayBufferView<ArrayBuffer>): Promise<GPUBuffer> {
    this.#take(data.byteLength);
    const buffer = await this.#ctx.buffers.upload({ label, owner: 'catalogue' }, data);
    this.#buffers.push(buffer);
    return buffer;
  }

  /** What a kernel changes in place, or writes with gaps: `reset` puts it back. */
  async inout(label: string, data: ArrayBufferView<ArrayBuffer>): Promise<GPUBuffer> {
    const buffer = await this.input(label, data);
    this.#resets.push(() => this.#ctx.device.queue.writeBuffer(buffer, 0, data));
    return buffer;
  }

  /** An output or scratch of `words` 32-bit numbers; `reset` makes it all NaN, so that what is not written shows. */
  async output(label: string, words: number): Promise<GPUBuffer> {
    const buffer = await this.#ctx.buffers.create({
      label,
      owner: 'catalogue',
      bytes: this.#take(4 * affordable(words)),
    });
    this.#buffers.push(buffer);
    const wipe = () => {
      const some = new Uint32Array(Math.min(buffer.size / 4, 1 << 20)).fill(0x7fc00000);
      for (let byte = 0; byte < buffer.size; byte += some.byteLength)
        this.#ctx.device.queue.writeBuffer(buffer, byte, some, 0, Math.min(some.length, (buffer.size - byte) / 4));
    };
    wipe();
    this.#resets.push(wipe);
    return buffer;
  }

  reset(): void {
    for (const put of this.#resets) put();
  }
  destroy(): void {
    for (const buffer of this.#buffers.splice(0)) this.#ctx.buffers.destroy(buffer);
  }
}

/**
 * Stretches of slots in the order they were taken; slots are a stack, so one is given back when all after it are dead.
 */
const taken = new WeakMap<UniformSlots, { readonly from: number; readonly to: number; live: boolean }[]>();

function take(slots: UniformSlots, from: number): () => void {
  const list = taken.get(slots) ?? [];
  const own = { from, to: slots.mark(), live: true };
  taken.set(slots, list);
  list.push(own);
  return () => {
    own.live = false;
    for (let last = list.at(-1); last && !last.live; last = list.at(-1)) {
      list.pop();
      // else somebody else took slots behind it, or gave all back
      if (slots.mark() === last.to) slots.release(last.from);
    }
  };
}

/**
 * Runs `make` with a harness; what it took is freed by `destroy`, and at once if it throws. `record` must be synchronous:
 * slots are taken in it alone.
 */
export async function assemble(
  ctx: GpuContext,
  slots: UniformSlots,
  make: (harness: Harness) => Promise<{ readonly record: () => readonly Call[]; readonly outputs: readonly Output[] }>,
): Promise<Prepared> {
  const harness = new Harness(ctx);
  try {
    const { record, outputs } = await make(harness);
    const mark = slots.mark();
    let calls: readonly Call[];
    try {
      calls = record();
    } catch (error) {
      slots.release(mark);
      throw error;
    }
    const giveBack = take(slots, mark);
    slots.flush();
    let live = true;
    return {
      calls,
      outputs,
      reset: () => {
        harness.reset();
      },
      destroy() {
        if (live) giveBack();
        live = false;
        harness.destroy();
      },
    };
  } catch (error) {
    harness.destroy();
    throw error;
  }
}
