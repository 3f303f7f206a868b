import type * as Transformers from '@huggingface/transformers';
import type { Host, TransformersEnv } from '../types.ts';

/** Transformers.js with the ONNX Runtime it is released with. Models come from this repository, never from a hub. */
export async function openTransformers(host: Host): Promise<TransformersEnv> {
  if (host.kind === 'dawn') throw new Error('its build for Node has no WebGPU: it calls the native ONNX Runtime');
  const hf: typeof Transformers = await import('@huggingface/transformers');
  hf.env.allowRemoteModels = false;
  hf.env.allowLocalModels = true;
  hf.env.localModelPath = '/repo/bench/models/';
  hf.env.useBrowserCache = false;
  const wasm = hf.env.backends.onnx.wasm!;
  wasm.wasmPaths = {
    mjs: host.moduleUrl('transformers', 'ort-wasm-simd-threaded.asyncify.mjs'),
    wasm: host.moduleUrl('transformers', 'ort-wasm-simd-threaded.asyncify.wasm'),
  };
  wasm.numThreads = 1;
  return { host, hf };
}
