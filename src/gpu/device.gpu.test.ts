import { afterAll, describe, expect, test } from 'vitest';
import { DeviceLostError, NoAdapterError, NoWebGpuError, OutOfMemoryError, ShaderError } from './errors.ts';
import { type GpuContext, requestDevice } from './device.ts';
import { createKernel, encode, type KernelSpec } from './kernel.ts';
import { ReadbackRing, readFloats } from './readback.ts';
import { SLOT, UniformSlots } from './slots.ts';
import { freshContext, nodeContext, nodeSlots, run, upload, wave } from './testing.ts';
import { GpuTimer } from './timing.ts';

const ctx = await nodeContext();
const slots = await nodeSlots();
const own: GpuContext[] = [];
const mine = async (options?: Parameters<typeof freshContext>[0]) => {
  const context = await freshContext(options);
  own.push(context);
  return context;
};
afterAll(() => own.forEach((context) => context.destroy()));

/** y = x·scale, the smallest kernel. */
const scaleSpec = {
  label: 'scale',
  wgsl: `struct Args { count: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> args: Args;
const WG = 64u;
@compute @workgroup_size(WG)
fn scale(@builtin(global_invocation_id) id: vec3u) { if (id.x < args.count) { y[id.x] = args.scale * x[id.x]; } }`,
  bindings: { x: 'read', y: 'read_write' },
  argBytes: 8,
  pack: (write, a) => void write.u32(a.count).f32(a.scale),
  grid: (a) => [Math.ceil(a.count / 64)],
} as const satisfies KernelSpec<{ x: 'read'; y: 'read_write' }, { count: number; scale: number }>;

describe('device', () => {
  test('says what it is: these adapters are software, with real limits', () => {
    console.log(
      `adapter: ${ctx.info.vendor} ${ctx.info.architecture} (${ctx.info.description}), subgroups ${ctx.info.subgroupMin}–${ctx.info.subgroupMax}, ${[...ctx.info.features].join(' ')}`,
    );
    expect(ctx.info.isSoftware).toBe(true);
    expect(ctx.info.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(2 ** 27);
    expect(ctx.info.features.has('subgroups')).toBe(ctx.info.subgroupMin > 0);
  });

  test('no WebGPU and no adapter are different errors', async () => {
    await expect(requestDevice(null as unknown as undefined)).rejects.toThrow(NoWebGpuError);
    await expect(requestDevice({ requestAdapter: () => Promise.resolve(null) } as unknown as GPU)).rejects.toThrow(
      NoAdapterError,
    );
  });

  test('withheld features are absent, and a kernel that needs one says so', async () => {
    const floor = await mine({ floorLimits: true, without: ['subgroups', 'shader-f16', 'timestamp-query'] });
    expect([...floor.info.features].filter((f) => ['subgroups', 'shader-f16', 'timestamp-query'].includes(f))).toEqual(
      [],
    );
    expect(floor.info.subgroupMin).toBe(0);
    await expect(createKernel(floor, { ...scaleSpec, requires: ['subgroups'] })).rejects.toThrow('needs subgroups');
  });

  test('a lost device: watchers are told once, everything after it refuses, a new device works', async () => {
    const context = await mine();
    const told: string[] = [];
    const stop = context.onLost(() => told.push('stopped'));
    stop();
    context.onLost((error) => told.push(error.reason));
    const mySlots = await UniformSlots.create(context, { owner: 'test', slots: 1 });
    const buffer = await upload(context, [1, 2]);
    expect(context.status).toBe('ready');
    context.destroy();
    expect([context.status, told]).toEqual(['lost', ['destroyed']]);
    const error = context.lostError;
    await context.device.lost;
    await Promise.resolve();
    expect(context.lostError).toBe(error);
    context.onLost(() => told.push('late'));
    expect(told).toEqual(['destroyed', 'late']);
    expect(() => context.submit()).toThrow(DeviceLostError);
    mySlots.put(new Uint8Array(4));
    expect(() => mySlots.flush()).toThrow(DeviceLostError);
    await expect(createKernel(context, scaleSpec)).rejects.toThrow(DeviceLostError);
    await expect(readFloats(context, buffer)).rejects.toThrow(DeviceLostError);
    const again = await mine();
    expect(await readFloats(again, await upload(again, [3, 4, 5, 6]))).toEqual(new Float32Array([3, 4, 5, 6]));
  });

  test('the first uncaptured error is kept', async () => {
    const context = await mine();
    context.device.createBuffer({ label: 'first', size: 16, usage: 0 });
    context.device.createBuffer({ label: 'second', size: 2 ** 50, usage: 128 });
    await context.idle();
    expect(context.firstError).toBeDefined();
    expect(context.firstError).not.toContain('second');
  });
});

describe('buffers', () => {
  test('bytes are counted by owner', async () => {
    const context = await mine();
    const a = await context.buffers.create({ label: 'a', owner: 'one', bytes: 100 });
    await context.buffers.create({ label: 'b', owner: 'one', bytes: 16 });
    await context.buffers.create({ label: 'c', owner: 'two', bytes: 0 });
    expect(Object.fromEntries(context.buffers.bytesByOwner())).toEqual({ one: 112 + 16, two: 16 });
    context.buffers.destroy(a);
    context.buffers.destroyOwner('two');
    expect([context.buffers.liveBytes, context.counters.buffersCreated]).toEqual([16, 3]);
  });

  test('what does not fit is named, with its size; later work goes on', async () => {
    const request = ctx.buffers.create({ label: 'weights', owner: 'dit', bytes: 2 ** 45 });
    await expect(request).rejects.toThrow(OutOfMemoryError);
    await expect(request).rejects.toThrow(/weights of dit \(33554432.0 MiB\)/);
    // Within the limit of one buffer, but more than the machine is likely to give: either is fine, a crash is not.
    expect(ctx.firstError).toBeUndefined();
  });

  test('an odd number of bytes is padded on upload', async () => {
    const buffer = await ctx.buffers.upload({ label: 'half', owner: 'test' }, new Uint16Array([1, 2, 3]));
    expect([...new Uint16Array((await readFloats(ctx, buffer)).buffer)].slice(0, 4)).toEqual([1, 2, 3, 0]);
  });
});

describe('slots and kernels', () => {
  test('slots keep 256-byte steps, free by mark, and refuse to overflow', async () => {
    const s = await UniformSlots.create(ctx, { owner: 'test', slots: 4 });
    expect([s.put(new Uint8Array(16)), s.put(new Uint8Array(300))]).toEqual([0, SLOT]);
    const mark = s.mark();
    expect([s.put(new Uint8Array(16)), s.free]).toEqual([3 * SLOT, 0]);
    expect(() => s.put(new Uint8Array(1))).toThrow(OutOfMemoryError);
    s.release(mark);
    expect(s.put(new Uint8Array(16))).toBe(3 * SLOT);
  });

  test('one kernel, several argument slots in one pass, one rewritten in place', async () => {
    const kernel = await createKernel(ctx, scaleSpec);
    const x = await upload(ctx, wave(70));
    const a = await upload(ctx, new Float32Array(70));
    const b = await upload(ctx, new Float32Array(70));
    const first = kernel.call({ x, y: a }, { count: 70, scale: 2 }, slots);
    const second = kernel.call({ x: a, y: b }, { count: 65, scale: 9 }, slots);
    const same = kernel.call({ x: a, y: b }, { count: 65, scale: -1.5 }, slots, second.offset);
    expect(same.offset).toBe(second.offset);
    expect(same.group === second.group).toBe(true);
    expect(same.group === first.group).toBe(false);
    const got = await run(ctx, slots, [first, same], b);
    expect([...got.subarray(0, 70)]).toEqual([...wave(70)].map((v, i) => (i < 65 ? Math.fround(-3 * v) : 0)));
  });

  test('a range of a buffer can be bound', async () => {
    const kernel = await createKernel(ctx, scaleSpec);
    const x = await upload(ctx, wave(128));
    const y = await upload(ctx, new Float32Array(64));
    const got = await run(
      ctx,
      slots,
      [kernel.call({ x: { buffer: x, offset: 256, size: 256 }, y }, { count: 64, scale: 1 }, slots)],
      y,
    );
    expect(got).toEqual(wave(128).subarray(64));
  });

  test('a loop of recorded calls creates nothing: buffers, pipelines, bind groups, maps', async () => {
    const kernel = await createKernel(ctx, scaleSpec);
    const x = await upload(ctx, wave(64));
    const y = await upload(ctx, new Float32Array(64));
    const calls = [1, 2, 3].flatMap((scale) => [
      kernel.call({ x, y }, { count: 64, scale }, slots),
      kernel.call({ x: y, y: x }, { count: 64, scale }, slots),
    ]);
    slots.flush();
    const before = { ...ctx.counters };
    const encoder = ctx.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < 10; i++) for (const call of calls) encode(pass, call);
    pass.end();
    ctx.submit(encoder.finish());
    expect(ctx.counters).toEqual({ ...before, submits: before.submits + 1, dispatches: before.dispatches + 60 });
    expect(before.bindGroupsCreated).toBeGreaterThan(0);
    slots.release(0);
  });

  test('the same code compiles once; other constants compile again', async () => {
    const before = ctx.counters.pipelinesCreated;
    await Promise.all([1, 2, 3].map(() => createKernel(ctx, { ...scaleSpec, consts: { WG: '16u' } })));
    expect(ctx.counters.pipelinesCreated).toBe(before + 1);
  });

  test('what loads its source compiles to the same, and a source that does not come is said in words', async () => {
    const loads = (text: string) => () => Promise.resolve({ default: text });
    const [head, entry] = scaleSpec.wgsl.split('const WG') as [string, string];
    const before = ctx.counters.pipelinesCreated;
    const consts = { WG: '8u' };
    const spec = { ...scaleSpec, wgsl: loads(`const WG${entry}`), libs: [loads(head)], consts };
    await Promise.all([1, 2].map(() => createKernel(ctx, spec)));
    await createKernel(ctx, { ...spec, libs: [head] });
    expect(ctx.counters.pipelinesCreated).toBe(before + 1);
    const lost = createKernel(ctx, { ...scaleSpec, wgsl: () => Promise.reject(new TypeError('Failed to fetch')) });
    await expect(lost).rejects.toThrow('The shader of scale could not be loaded: Failed to fetch');
    await expect(lost).rejects.toMatchObject({ hint: expect.stringContaining('reload') as string });
  });

  test('a fault in WGSL names the kernel and the line, and is no uncaptured error', async () => {
    const broken = createKernel(ctx, { ...scaleSpec, wgsl: scaleSpec.wgsl.replace('args.scale', 'args.skale') });
    await expect(broken).rejects.toThrow(ShaderError);
    await expect(broken).rejects.toThrow(/^scale: line 7:\d+ .*skale/);
    expect(ctx.firstError).toBeUndefined();
  });
});

describe('readback and timing', () => {
  test('a ring lends its buffers, skips a frame when all are out, and takes them back', async () => {
    const ring = await ReadbackRing.create(ctx, { owner: 'test', bytes: 16, count: 2 });
    const source = await upload(ctx, [1, 2, 3, 4, 5, 6, 7, 8]);
    const encoder = ctx.device.createCommandEncoder();
    const tickets = [ring.copy(encoder, source), ring.copy(encoder, source, 16), ring.copy(encoder, source)];
    ctx.submit(encoder.finish());
    expect(tickets[2]).toBeUndefined();
    expect(await Promise.all(tickets.slice(0, 2).map(async (t) => [...new Float32Array(await t!.read())]))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    const again = ctx.device.createCommandEncoder();
    expect(ring.copy(again, source)).toBeDefined();
    ring.destroy();
  });

  test.each([true, false])('a longer pass takes longer (timestamps: %s), and the source is stated', async (stamps) => {
    const context = stamps ? ctx : await mine({ without: ['timestamp-query'] });
    const timer = await GpuTimer.create(context);
    const kernel = await createKernel(context, scaleSpec);
    const mySlots = await UniformSlots.create(context, { owner: 'test', slots: 1 });
    const count = 2 ** 16;
    const x = await upload(context, wave(count));
    const y = await upload(context, new Float32Array(count));
    const call = kernel.call({ x, y }, { count, scale: 1 }, mySlots);
    mySlots.flush();
    const time = async (repeats: number) =>
      (
        await timer.time((pass) => {
          for (let i = 0; i < repeats; i++) encode(pass, call);
        })
      ).ms;
    const once = await timer.time((pass) => encode(pass, call));
    expect(once.source).toBe(stamps && ctx.info.features.has('timestamp-query') ? 'timestamp' : 'wall');
    expect(once.resolutionMs).toBeGreaterThan(0);
    await time(1);
    expect(await time(400)).toBeGreaterThan(await time(1));
    timer.destroy();
  });
});
