/**
 * ONNX Runtime Web. Each configuration is an instance of its own (a module loaded under a URL of its own), since one
 * instance has one device.
 */
import type * as Ort from 'onnxruntime-web/webgpu';
import { onnx, type Graph } from '../onnx.ts';
import type { Host, OrtEnv, Prepared } from '../types.ts';

const kept: Ort.InferenceSession[] = [];
type Instance = 'webgpu' | 'webgpu-nosub' | 'wasm';

export async function openOrt(host: Host, instance: Instance): Promise<OrtEnv> {
  const provider = instance === 'wasm' ? 'wasm' : 'webgpu';
  const url = (file: string) => host.moduleUrl('onnxruntime-web', file);
  const dawn = host.kind === 'dawn';
  const [module, binary] =
    provider === 'wasm'
      ? [dawn ? 'ort.node.min.mjs' : 'ort.wasm.min.mjs', 'ort-wasm-simd-threaded']
      : ['ort.webgpu.min.mjs', 'ort-wasm-simd-threaded.asyncify'];
  const ort = (await import(/* @vite-ignore */ `${url(module!)}?${instance}`)) as typeof Ort;
  ort.env.wasm.wasmPaths = { mjs: `${url(`${binary}.mjs`)}?${instance}`, wasm: url(`${binary}.wasm`) };
  if (dawn)
    ort.env.wasm.wasmBinary = (await host.file(`bench/node_modules/onnxruntime-web/dist/${binary}.wasm`)).buffer;
  // The GPU's provider leaves the processor alone; the other gets all of it.
  ort.env.wasm.numThreads = provider === 'wasm' ? (globalThis.navigator.hardwareConcurrency ?? 1) : 1;
  ort.env.logLevel = 'error';
  // The first session makes the device, and the device goes with the last: a small one is made now and kept.
  const options: Ort.InferenceSession.SessionOptions =
    provider === 'wasm'
      ? { executionProviders: ['wasm'], graphOptimizationLevel: 'all' }
      : { executionProviders: ['webgpu'], graphOptimizationLevel: 'all', preferredOutputLocation: 'gpu-buffer' };
  const tiny = await ort.InferenceSession.create(
    onnx({
      inputs: [{ name: 'x', dims: [4] }],
      outputs: [{ name: 'y', dims: [4] }],
      nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
    }).bytes,
    options,
  );
  const device = provider === 'webgpu' ? ((await ort.env.webgpu.device) as unknown as GPUDevice) : undefined;
  kept.push(tiny);
  return {
    host,
    ort,
    provider,
    options,
    tensor(type, data, dims) {
      if (!device) return new ort.Tensor(type, data as never, dims);
      const size = Math.ceil(data.byteLength / 16) * 16;
      const buffer = device.createBuffer({
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
      });
      device.queue.writeBuffer(buffer, 0, data as never);
      return ort.Tensor.fromGpuBuffer(buffer, {
        dataType: type,
        dims,
        dispose: () => buffer.destroy(),
      } as never) as unknown as Ort.Tensor;
    },
    sync: async () => {
      await device?.queue.onSubmittedWorkDone();
    },
  };
}

/** A session of a small graph, run on tensors that stay where they are. Outputs of earlier runs are released. */
export async function runGraph(
  env: OrtEnv,
  graph: Graph,
  feeds: Readonly<Record<string, Ort.Tensor>>,
  note?: string,
): Promise<Prepared> {
  const { bytes, outside } = onnx(graph);
  const session = await env.ort.InferenceSession.create(bytes, {
    ...env.options,
    ...(outside.length > 0 && { externalData: outside }),
  });
  const name = graph.outputs[0]!.name;
  let last: Ort.Tensor | undefined;
  return {
    ...(note && { note }),
    async run() {
      const out = (await session.run(feeds))[name]!;
      last?.dispose();
      last = out;
    },
    sync: env.sync,
    read: async () => Float32Array.from((await last!.getData()) as Float32Array),
    async dispose() {
      last?.dispose();
      for (const tensor of Object.values(feeds)) tensor.dispose();
      await session.release();
    },
  };
}
