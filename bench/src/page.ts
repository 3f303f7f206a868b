/**
 * The browser's side: `window.stepscopeBench(options)` runs everything; the runner provides a way to report and the GPU
 * process's clock.
 */
import { type Options, type Report, runBench } from './bench.ts';
import type { EngineId, Host } from './types.ts';
import { watch } from './watch.ts';

declare global {
  interface Window {
    stepscopeBench(options: Options): Promise<Report>;
    benchSay?(what: unknown): Promise<void>;
    benchCpu?(process: 'gpu' | 'renderer'): Promise<number | null>;
  }
}

const host: Host = {
  kind: 'browser',
  async file(path) {
    const response = await fetch(`/repo/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  moduleUrl: (pkg, file) => new URL(`/release/${pkg}/${file}`, location.href).href,
};

if (!crossOriginIsolated)
  throw new Error('the page is not cross-origin isolated: its clock is too coarse, and WASM gets one thread');
if (navigator.gpu) watch(navigator.gpu);

window.stepscopeBench = (options) => {
  if (!navigator.gpu) throw new Error('this browser has no WebGPU');
  const cpu =
    window.benchCpu &&
    (async (engine: EngineId) => (await window.benchCpu!(engine === 'wasm' ? 'renderer' : 'gpu')) ?? undefined);
  return runBench(host, options, cpu, async (what) => {
    document.body.textContent = JSON.stringify(what).slice(0, 2000);
    await window.benchSay?.(what);
  });
};
