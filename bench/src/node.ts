/**
 * The same cases under Dawn in Node, one software driver a process (VK_ICD_FILENAMES). Prints one JSON value a line,
 * marked, for the runner.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, globals } from 'webgpu';
import { type Options, runBench } from './bench.ts';
import type { Host } from './types.ts';
import { watch } from './watch.ts';

const root = process.env['BENCH_ROOT']!;
const options = JSON.parse(process.env['BENCH_OPTIONS']!) as Options;
const gpu = create([]);
Object.assign(globalThis, globals);
// Libraries for browsers look for these.
Object.defineProperty(globalThis, 'navigator', {
  configurable: true,
  value: { gpu, hardwareConcurrency: availableParallelism(), userAgent: 'Dawn in Node', platform: 'Linux' },
});
// TensorFlow.js takes Node for CommonJS.
Object.assign(globalThis, { require: createRequire(import.meta.url) });
// ONNX Runtime's memory is shared between threads, which Dawn in Node refuses to read: its uniforms (some dozen bytes)
// are copied first.
watch(gpu, ({ queue }) => {
  const write = queue.writeBuffer.bind(queue);
  Object.defineProperty(queue, 'writeBuffer', {
    value: (buffer: GPUBuffer, at: number, data: ArrayBufferView, from?: number, size?: number) =>
      data.buffer instanceof SharedArrayBuffer
        ? write(buffer, at, new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)), from, size)
        : write(buffer, at, data as ArrayBufferView<ArrayBuffer>, from, size),
  });
});

// jax-js chains iterators, which Node can from version 22 on.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;
if (!('map' in iterators))
  for (const name of ['map', 'filter', 'flatMap'] as const) {
    Object.defineProperty(iterators, name, {
      value(this: Iterable<unknown>, f: () => never) {
        return [...this][name as 'map'](f).values();
      },
    });
  }
if (!('toArray' in iterators))
  Object.defineProperty(iterators, 'toArray', {
    value(this: Iterable<unknown>) {
      return [...this];
    },
  });

const peers = {
  'onnxruntime-web': 'bench/node_modules/onnxruntime-web/dist',
  transformers: 'bench/node_modules/@huggingface/transformers/node_modules/onnxruntime-web/dist',
};
const host: Host = {
  kind: 'dawn',
  file: async (path) => new Uint8Array(await readFile(join(root, path))),
  moduleUrl: (pkg, file) => pathToFileURL(join(root, peers[pkg], file)).href,
};
const say = (what: unknown) => console.log(`@bench ${JSON.stringify(what)}`);
// The driver runs inside this process: its processor time is this process's.
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return Promise.resolve((user + system) / 1000);
};
say({ report: await runBench(host, options, cpu, say) });
process.exit(0);
