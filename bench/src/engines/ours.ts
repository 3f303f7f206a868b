/** Stepscope's own kernels, as its networks use them: prepared calls recorded one after another into one pass. */
import { requestDevice } from '../../../src/gpu/device.ts';
import { encode, type Call } from '../../../src/gpu/kernel.ts';
import { readFloats } from '../../../src/gpu/readback.ts';
import { UniformSlots } from '../../../src/gpu/slots.ts';
import type { Host, OursEnv, Prepared } from '../types.ts';

/** Dispatches recorded at most before they are submitted, so that the GPU starts while the rest is recorded. */
const SUBMIT_EVERY = 256;

export async function openOurs(host: Host): Promise<OursEnv> {
  const ctx = await requestDevice();
  let open: { encoder: GPUCommandEncoder; pass: GPUComputePassEncoder; count: number } | undefined;
  const submit = () => {
    if (!open) return;
    open.pass.end();
    ctx.submit(open.encoder.finish());
    open = undefined;
  };
  return {
    host,
    ctx,
    enqueue(calls) {
      if (!open) {
        const encoder = ctx.device.createCommandEncoder();
        open = { encoder, pass: encoder.beginComputePass(), count: 0 };
      }
      for (const call of calls) encode(open.pass, call);
      open.count += calls.length;
      if (open.count >= SUBMIT_EVERY) submit();
    },
    async sync() {
      submit();
      await ctx.idle();
    },
  };
}

/** Uploads the inputs, makes the calls once, and repeats them. */
export async function runCalls(
  env: OursEnv,
  inputs: Readonly<Record<string, ArrayBufferView<ArrayBuffer>>>,
  out: { readonly count: number },
  make: (
    buffers: Readonly<Record<string, GPUBuffer>> & { readonly out: GPUBuffer },
    slots: UniformSlots,
  ) =>
    | { readonly label: string; readonly calls: readonly Call[] }
    | Promise<{ readonly label: string; readonly calls: readonly Call[] }>,
): Promise<Prepared> {
  const { ctx } = env;
  const owner = `case ${next++}`;
  const entries = await Promise.all(
    Object.entries(inputs).map(
      async ([label, data]) => [label, await ctx.buffers.upload({ label, owner }, data)] as const,
    ),
  );
  const buffers = {
    ...Object.fromEntries(entries),
    out: inputs['out']
      ? Object.fromEntries(entries)['out']!
      : await ctx.buffers.create({ label: 'out', owner, bytes: out.count * 4 }),
  };
  const slots = await UniformSlots.create(ctx, { owner, slots: 256 });
  const { label, calls } = await make(buffers, slots);
  slots.flush();
  return {
    note: label,
    run: () => env.enqueue(calls),
    sync: env.sync,
    read: () => readFloats(ctx, buffers.out, 0, out.count),
    dispose: () => ctx.buffers.destroyOwner(owner),
  };
}
let next = 0;
