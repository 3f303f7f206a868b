/**
 * One WGSL file → one typed kernel. A kernel records; it never submits, and after `call` it allocates nothing.
 *
 *     const ctx = await requestDevice();
 *     const slots = await UniformSlots.create(ctx, { owner: 'run', slots: 4096 });
 *     // Compiles, asynchronously.
 *     const matmul = await createMatmul(ctx, { activation: 'gelu' });
 *     // A bind group and one uniform slot.
 *     const calls = [matmul.call({ a: x, b: w, bias, c: y }, { m: 64, n: 384, k: 96 }, slots)];
 *     // All arguments in one write.
 *     slots.flush();
 *     const encoder = ctx.device.createCommandEncoder();
 *     const pass = encoder.beginComputePass();
 *     // The hot loop: three GPU calls each.
 *     for (const call of calls) encode(pass, call);
 *     pass.end();
 *     ctx.submit(encoder.finish());
 *
 * Sampler registers are ranges of one arena buffer, bound once as `arena` and told apart by element offsets in the
 * arguments.
 */
import type { Counters, GpuContext } from './device.ts';
import { GpuError, ShaderError } from './errors.ts';
import { ArgWriter, type UniformSlots } from './slots.ts';
import { specialise } from './specialise.ts';

export type Access = 'read' | 'read_write';
export type Bindings = Readonly<Record<string, Access>>;
/**
 * A whole buffer, or a 256-byte aligned range of one. Ranges of one buffer must not mix `read` and `read_write` in a
 * call.
 */
export type Resource = GPUBuffer | { readonly buffer: GPUBuffer; readonly offset?: number; readonly size?: number };
export type Resources<B extends Bindings> = { readonly [K in keyof B]: Resource };
export type Grid = readonly [x: number, y?: number, z?: number];

/**
 * WGSL, or what loads it. Wrappers give `() => import('….wgsl?raw')`, so that a reader downloads the versions that run
 * and no others; the short files of `lib/` come with the code.
 */
export type Source = string | (() => Promise<{ readonly default: string }>);

export interface KernelSpec<B extends Bindings, A> {
  /** The file's stem, e.g. `matmul.2.tiled`; its first word is the entry point. */
  readonly label: string;
  readonly wgsl: Source;
  /** Sources of the `lib/` files that the first line names; appended, so that line numbers stay. */
  readonly libs?: readonly Source[];
  /** Storage buffers in @binding order; the uniform arguments follow as the last binding. */
  readonly bindings: B;
  /** Size of the uniform struct, rounded up to 16. */
  readonly argBytes: number;
  readonly pack: (write: ArgWriter, args: A) => void;
  /** Workgroups. */
  readonly grid: (args: A, info: GpuContext['info']) => Grid;
  /** Checked rewrites of module-scope `const` and `alias` lines. */
  readonly consts?: Readonly<Record<string, string>>;
  /** WGSL `enable` directives that a rewritten alias brings, e.g. `f16`. */
  readonly enables?: readonly string[];
  /** Device features this version needs, and WGSL language features. */
  readonly requires?: readonly string[];
}

/**
 * What was compiled, for readers of the kernel lab: the whole WGSL as the device saw it, its bindings in order, and how
 * long it took when it was.
 */
export interface KernelSource {
  readonly label: string;
  readonly code: string;
  readonly bindings: Bindings;
  readonly argBytes: number;
  readonly compileMs: number;
}

/** One dispatch, ready to be recorded any number of times. */
export interface Call {
  readonly label: string;
  readonly source: KernelSource;
  /** What is bound, by the names of `source.bindings`. */
  readonly resources: Readonly<Record<string, Resource>>;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** Byte offset of its arguments in the uniform slots. */
  readonly offset: number;
  readonly grid: readonly [number, number, number];
  readonly counters: Counters;
}

export interface Kernel<B extends Bindings, A> {
  readonly label: string;
  /** Put the arguments into a slot, or into the slot at `reuse`. */
  call(resources: Resources<B>, args: A, slots: UniformSlots, reuse?: number): Call;
}

/** Record one dispatch. */
export function encode(pass: GPUComputePassEncoder, call: Call): void {
  const [x, y, z] = call.grid;
  if (x === 0 || y === 0 || z === 0) return;
  call.counters.dispatches++;
  pass.setPipeline(call.pipeline);
  pass.setBindGroup(0, call.group, [call.offset]);
  pass.dispatchWorkgroups(x, y, z);
}

/** True when the device has all that a version requires (features, or WGSL language features). */
export const supports = (info: GpuContext['info'], requires: readonly string[] = []) =>
  requires.every((f) => info.features.has(f) || info.language.has(f));

/** A source's text. What cannot be downloaded is said in words: neither the kernel nor the driver is at fault. */
export async function sourceText(label: string, source: Source): Promise<string> {
  if (typeof source === 'string') return source;
  try {
    return (await source()).default;
  } catch (cause) {
    throw new GpuError(
      `The shader of ${label} could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Check the connection and run again; if this page was updated meanwhile, reload it.',
    );
  }
}

/** Compile one kernel. Rejects with the compiler's own message. */
export async function createKernel<const B extends Bindings, A>(
  ctx: GpuContext,
  spec: KernelSpec<B, A>,
): Promise<Kernel<B, A>> {
  ctx.assertReady();
  if (!supports(ctx.info, spec.requires))
    throw new ShaderError(spec.label, `needs ${spec.requires!.join(', ')}, which this device lacks`);
  const enables = (spec.enables ?? []).map((name) => `enable ${name}; `).join('');
  const [wgsl, libs] = await Promise.all([
    sourceText(spec.label, spec.wgsl),
    Promise.all((spec.libs ?? []).map((lib) => sourceText(spec.label, lib))),
  ]);
  const code = [enables + specialise(wgsl, spec.consts ?? {}), ...libs].join('\n');
  const argBytes = Math.ceil(spec.argBytes / 16) * 16;
  const key = `${spec.label}\0${argBytes}\0${code}`;
  let entry = ctx.pipelines.get(key);
  if (!entry) {
    entry = compile(ctx, spec, code, argBytes);
    ctx.pipelines.set(key, entry);
    entry.catch(() => ctx.pipelines.delete(key));
  }
  const { pipeline, layout, compileMs } = await entry;
  const names = Object.keys(spec.bindings) as (keyof B & string)[];
  const source: KernelSource = { label: spec.label, code, bindings: spec.bindings, argBytes, compileMs };
  const groupOf = bindGroupCache(ctx, spec.label, layout, names, argBytes);
  return {
    label: spec.label,
    call(resources, args, slots, reuse) {
      const write = new ArgWriter(argBytes);
      spec.pack(write, args);
      if (reuse !== undefined) slots.set(reuse, write.bytes);
      const [x, y = 1, z = 1] = spec.grid(args, ctx.info);
      return {
        label: spec.label,
        source,
        resources,
        pipeline,
        group: groupOf(resources, slots.buffer),
        offset: reuse ?? slots.put(write.bytes),
        grid: [x, y, z],
        counters: ctx.counters,
      };
    },
  };
}

async function compile<B extends Bindings, A>(ctx: GpuContext, spec: KernelSpec<B, A>, code: string, argBytes: number) {
  const { device } = ctx;
  const label = spec.label;
  const began = performance.now();
  device.pushErrorScope('validation'); // the messages below say more than the error
  const module = device.createShaderModule({ label, code });
  void device.popErrorScope();
  const storage = Object.values(spec.bindings).map((access, binding) => ({
    binding,
    visibility: 4 /* COMPUTE */,
    buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
  }));
  const uniform = {
    binding: storage.length,
    visibility: 4,
    buffer: { type: 'uniform' as const, hasDynamicOffset: true, minBindingSize: argBytes },
  };
  const layout = device.createBindGroupLayout({ label, entries: [...storage, uniform] });
  // Asked for beside the messages, not after them: each answer takes a way through the browser's GPU process.
  const [made, { messages }] = await Promise.all([
    device
      .createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: label.split('.')[0]! },
      })
      .catch((cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause)))),
    module.getCompilationInfo(),
  ]);
  const errors = messages.filter((m) => m.type === 'error');
  if (errors.length > 0)
    throw new ShaderError(label, errors.map((m) => `line ${m.lineNum}:${m.linePos} ${m.message}`).join('\n'));
  if (made instanceof Error) {
    ctx.assertReady();
    throw new ShaderError(label, made.message);
  }
  ctx.counters.pipelinesCreated++;
  return { pipeline: made, layout, compileMs: performance.now() - began };
}

const ids = new WeakMap<GPUBuffer, number>();
let nextId = 1;
function idOf(buffer: GPUBuffer): number {
  let id = ids.get(buffer);
  if (id === undefined) ids.set(buffer, (id = nextId++));
  return id;
}

/** Bind groups by the buffers they bind; cached on the last resource, and collected together with it. */
function bindGroupCache<B extends Bindings>(
  ctx: GpuContext,
  label: string,
  layout: GPUBindGroupLayout,
  names: readonly (keyof B & string)[],
  argBytes: number,
) {
  const groups = new WeakMap<GPUBuffer, Map<string, GPUBindGroup>>();
  return (resources: Resources<B>, uniforms: GPUBuffer): GPUBindGroup => {
    const bound = names.map((name): Exclude<Resource, GPUBuffer> => {
      const r: Resource | undefined = resources[name];
      if (!r) throw new Error(`${label}: no buffer for '${name}'`);
      return 'buffer' in r ? r : ({ buffer: r } satisfies Resource);
    });
    const holder = bound.at(-1)?.buffer ?? uniforms;
    const key = `${bound.map((r) => `${idOf(r.buffer)}:${r.offset ?? 0}:${r.size ?? ''}`).join(',')},${idOf(uniforms)}`;
    let byKey = groups.get(holder);
    if (!byKey) groups.set(holder, (byKey = new Map<string, GPUBindGroup>()));
    let group = byKey.get(key);
    if (!group) {
      group = ctx.device.createBindGroup({
        label,
        layout,
        entries: [
          ...bound.map((resource, binding) => ({ binding, resource })),
          { binding: bound.length, resource: { buffer: uniforms, size: argBytes } },
        ],
      });
      ctx.counters.bindGroupsCreated++;
      byKey.set(key, group);
    }
    return group;
  };
}

/**
 * Workgroups for `count` invocations of a 1-D kernel, folded into y past the limit of 65,535. Shaders undo it with
 * `num_workgroups.x`.
 */
export function grid1d(count: number, workgroup: number): Grid {
  const groups = Math.ceil(count / workgroup);
  const x = Math.min(groups, 65_535);
  return [x, groups === 0 ? 1 : Math.ceil(groups / x)];
}
