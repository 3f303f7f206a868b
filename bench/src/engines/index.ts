import type { EngineId, Envs, Host } from '../types.ts';
import { owning } from '../watch.ts';
import { openJax } from './jax.ts';
import { openOrt } from './ort.ts';
import { openOurs } from './ours.ts';
import { openTfjs } from './tfjs.ts';
import { openTransformers } from './transformers.ts';

interface Engine<E extends EngineId> {
  readonly title: string;
  readonly open: (host: Host) => Promise<Envs[E]>;
  readonly without?: readonly string[];
  readonly like?: EngineId;
}
/** `like`: shares the other's instance and device. */
export const engines: { readonly [E in EngineId]: Engine<E> } = {
  ours: { title: 'Stepscope', open: openOurs },
  ort: { title: 'ONNX Runtime', open: (host) => openOrt(host, 'webgpu') },
  'ort-nosub': {
    title: 'ONNX Runtime, no subgroups',
    open: openWithoutSubgroups,
    without: ['subgroups', 'subgroup-size-control'],
  },
  'ort-composed': { title: 'ONNX Runtime, composed', open: (host) => openOrt(host, 'webgpu'), like: 'ort' },
  tfjs: { title: 'TensorFlow.js', open: openTfjs },
  jax: { title: 'jax-js', open: openJax },
  transformers: { title: 'Transformers.js', open: openTransformers },
  wasm: { title: 'ONNX Runtime, WASM (CPU)', open: (host) => openOrt(host, 'wasm') },
};
export const engineIds = Object.keys(engines) as EngineId[];

async function openWithoutSubgroups(host: Host) {
  const adapter = await navigator.gpu.requestAdapter();
  // A run that never ends cannot be stopped, and slows every engine after it down.
  if (adapter?.info.description.includes('llvmpipe'))
    throw new Error('on this driver its attention without subgroups had not come back after 400 s');
  return openOrt(host, 'webgpu-nosub');
}

const opened = new Map<EngineId, Promise<unknown>>();
/** The engine, opened on first use. One that cannot be opened stays refused, with its reason. */
export function open<E extends EngineId>(engine: E, host: Host): Promise<Envs[E]> {
  const entry: Engine<E> = engines[engine];
  const id = entry.like ?? engine;
  let env = opened.get(id);
  if (!env)
    opened.set(id, (env = owning(id, engines[id].without ?? [], () => (engines[id] as Engine<EngineId>).open(host))));
  return env as Promise<Envs[E]>;
}
/** The engine whose device this one's work runs on. */
export const deviceOf = (engine: EngineId): EngineId => engines[engine].like ?? engine;
