// A worker of paper for tests of the kernel lab's stores: one request of the long kinds at a time, as the real one.
import type { Call } from '../../../engine/worker/client.ts';
import type { Client } from '../../../engine/worker/client.ts';
import type {
  FamilyInfo,
  KernelKind,
  KernelRequests,
  KernelResult,
  Roofline,
  StepTime,
  TuneStep,
  Tuning,
} from './types.ts';

const version = (id: string, chosen: boolean, lacks: readonly string[] = []) => ({
  id,
  title: `version ${id}`,
  needs: lacks,
  lacks,
  chosen,
});
export const fakeFamilies: readonly FamilyInfo[] = [
  {
    id: 'matmul',
    group: 'linear',
    title: 'Matrix product',
    summary: 'C = A·Bᵀ',
    tunes: 'matmul',
    dims: ['m', 'n', 'k'].map((name) => ({ name, label: name, min: 1, max: 4096 })),
    shapes: [{ label: '256³', shape: { m: 256, n: 256, k: 256 } }],
    versions: [version('1.naive', false), version('2.tiled', true), version('4.subgroup', false, ['subgroups'])],
  },
  {
    id: 'softmax',
    group: 'reduce',
    title: 'Softmax',
    summary: 'rows',
    tunes: 'softmax',
    dims: ['rows', 'columns'].map((name) => ({ name, label: name, min: 1, max: 4096 })),
    shapes: [{ label: 'small', shape: { rows: 64, columns: 256 } }],
    versions: [version('1.tree', true)],
  },
];
const roofline: Roofline = {
  peakFlops: 2e10,
  matmulFlops: 5e9,
  peakFlopsF16: null,
  bandwidth: [{ bytes: 6.4e7, read: 2e9, copy: 1e9 }],
  spread: 0.1,
  measuredAt: '2026-01-01T00:00:00Z',
};
const result = (family: string, id: string, shape: KernelResult['shape'], pass: boolean): KernelResult => ({
  family,
  version: id,
  shape,
  because: pass ? '' : 'the output is wrong',
  compileMs: 3,
  work: { flops: 1e6, bytes: 1e5 },
  movedBytes: 4e5,
  flops: pass ? 1e9 : null,
  bytesPerSecond: pass ? 1e8 : null,
  roofMs: 0.2,
  share: pass ? 0.2 : null,
  boundBy: 'compute',
  accuracy: {
    pass,
    nmse: pass ? 1e-14 : 0.3,
    maxError: 1e-6,
    tolerance: 1e-5,
    maxUlp: 2,
    checked: 10,
    count: 10,
    worst: null,
  },
  timing: pass
    ? { medianMs: 1, lowMs: 0.9, highMs: 1.2, samples: 20, repeats: 4, source: 'wall', resolutionMs: 0.02 }
    : null,
});
const step: StepTime = {
  index: 0,
  encodeMs: 1,
  submitMs: 1,
  kernels: [{ label: 'matmul.2.tiled', ms: 6, dispatches: 4 }],
  readbackMs: 1,
  postMs: 1,
  plainMs: 9,
  source: 'wall',
  resolutionMs: 0.1,
};

export interface FakeOptions {
  readonly backend?: 'webgpu' | 'cpu';
  /** Versions whose output is wrong. */ readonly wrong?: readonly string[];
  readonly fail?: Partial<Record<KernelKind, string>>;
  readonly tuning?: Tuning | null;
}
const LONG: readonly KernelKind[] = ['roofline', 'measure', 'tune', 'profile', 'verify'];

export function createFakeClient({
  backend = 'webgpu',
  wrong = [],
  fail = {},
  tuning = null,
}: FakeOptions = {}): Client<KernelRequests> & {
  readonly asked: { readonly kind: KernelKind; readonly body: unknown }[];
} {
  const asked: { kind: KernelKind; body: unknown }[] = [];
  let kept = tuning;
  let running: { cancelled: boolean } | null = null;
  const tick = () => new Promise((resolve) => setTimeout(resolve, 1));
  type Work = {
    [K in KernelKind]: (
      body: KernelRequests[K]['in'],
      emit: (p: KernelRequests[K]['progress']) => void,
      stopped: () => void,
    ) => Promise<KernelRequests[K]['out']>;
  };
  const work: Work = {
    start: async ({ kernels }) => ({
      report: {
        backend,
        name: 'paper',
        vendor: '',
        architecture: '',
        software: false,
        features: [],
        timestampMs: null,
        maxBindingBytes: 1,
        ...(backend === 'cpu' && { why: { message: 'No WebGPU.', hint: 'Use another browser.' } }),
      },
      refused: kernels.matmul === '4.subgroup' ? ['matmul 4.subgroup needs subgroups'] : [],
      families: fakeFamilies,
      tuning: kept,
    }),
    async roofline(_, emit, stopped) {
      await tick();
      stopped();
      emit({ done: 1, of: 2, what: 'multiply-adds' });
      return roofline;
    },
    async measure({ family, versions, shape }, emit, stopped) {
      for (const id of versions) {
        await tick();
        stopped();
        emit(result(family, id, shape, !wrong.includes(id)));
      }
      return { results: versions.length };
    },
    sources: async ({ version: id }) => ({
      dispatches: [{ label: id, code: 'fn f() {}', bound: [], workgroups: [1, 1, 1], times: 1 }],
    }),
    async tune(_, emit, stopped) {
      const found: TuneStep = {
        family: 'softmax',
        shapes: ['small'],
        candidates: [
          { version: '1.tree', medianMs: 2, because: '' },
          { version: '2.lanes', medianMs: 1, because: '' },
        ],
        chosen: '2.lanes',
        table: '1.tree',
        done: 1,
        of: 1,
      };
      await tick();
      stopped();
      emit(found);
      return (kept = {
        adapter: 'paper',
        appVersion: '1',
        measuredAt: '2026-01-01T00:00:00Z',
        choices: { softmax: '2.lanes' },
        steps: [found],
      });
    },
    async resetTuning() {
      kept = null;
      return {};
    },
    async profile(_, emit, stopped) {
      emit({ kind: 'status', text: 'Loading', fraction: 0.5 });
      for (let index = 0; ; index++) {
        await tick();
        stopped();
        emit({ kind: 'step', step: { ...step, index, output: { kind: 'points', data: Float32Array.of(index, 0) } } });
      }
    },
    async verify({ sections }, emit, stopped) {
      emit({
        kind: 'plan',
        sections: [
          { id: 'kernels', title: 'Kernels', cases: 3 },
          { id: 'samplers', title: 'Samplers', cases: 0 },
        ].filter((s) => sections.length === 0 || sections.includes(s.id)),
      });
      const cases = [true, false, true].map((pass, i) => ({
        section: 'kernels',
        name: `case ${i}`,
        pass,
        detail: 'got 1 instead of 2',
        ms: 1,
      }));
      for (const one of cases) {
        await tick();
        stopped();
        emit({ kind: 'case', result: one });
      }
      return {
        stepscope: '1',
        at: '2026-01-01T00:00:00Z',
        adapter: {
          name: 'paper',
          vendor: '',
          architecture: '',
          software: true,
          subgroups: [4, 4],
          features: [],
          language: [],
          limits: {},
        },
        userAgent: 'test',
        kernels: { matmul: '1.naive' },
        sections: ['kernels', 'samplers'],
        passed: 2,
        failed: 1,
        notRun: [{ name: 'f16', because: 'no shader-f16' }],
        ms: 1200,
        cases,
      };
    },
    memory: async () => ({ owners: { scratch: 1024 }, buffers: 2 }),
    lose: async () => ({}),
  };
  return {
    asked,
    ask(kind, body, onProgress): Call<typeof kind, KernelRequests> {
      const mine = { cancelled: false };
      asked.push({ kind, body });
      if (LONG.includes(kind)) {
        if (running) running.cancelled = true;
        running = mine;
      }
      const stopped = () => {
        if (mine.cancelled) throw Object.assign(new Error('Cancelled.'), { name: 'Cancelled' });
      };
      const done = (async () => {
        await tick();
        stopped();
        if (fail[kind]) throw Object.assign(new Error(fail[kind]), { name: 'Failed', hint: 'Try another.' });
        return (work[kind] as (b: unknown, emit: (p: never) => void, s: () => void) => Promise<never>)(
          body,
          (p) => onProgress?.(p),
          stopped,
        );
      })();
      return { done, cancel: () => void (mine.cancelled = true) };
    },
  };
}
