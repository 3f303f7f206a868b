// A worker that computes nothing: it answers every request with plausible made-up results. For tests, and for working
// on the page.
import { formatLanguageFingerprint, compareLanguageFingerprint } from '../config/fingerprint.ts';
import { formatSource } from '../../../hub/source.ts';
import type { Call, Client } from '../../../engine/worker/client.ts';
import { fakeEvents, inspection } from './fakeEvents.ts';
import type { Format, LanguageRequests, LoadedModel } from './types.ts';

type LanguageKind = keyof LanguageRequests;
const GB = 2 ** 30;
const formats: readonly Format[] = ['f32', 'f16', 'int8', 'int4'];
const device = {
  backend: 'webgpu',
  name: 'Made-up adapter',
  vendor: 'none',
  architecture: 'none',
  software: true,
  features: [],
  timestampMs: 0.1,
  maxBindingBytes: 2 ** 27,
} as const;

function titleOf(source: LoadedModel['source']): string {
  if (source.from === 'hub') return source.repo;
  return source.from === 'file' ? source.name : source.id;
}

const loaded = ({ source, format }: LanguageRequests['load']['in']): LoadedModel => ({
  source,
  title: titleOf(source),
  format: format === 'auto' ? 'f16' : format,
  parameters: 3_400_000,
  gpuBytes: 9_100_000,
  loadMs: 640,
  longestContext: 8192,
  hasChatTemplate: source.from === 'hub',
  templateFault: null,
  templateVariables: [{ name: 'role_names', kind: 'boolean', options: [] }],
  specialNames: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
  config: {
    architecture: 'llama',
    vocab: 4096,
    layers: 6,
    width: 192,
    heads: 6,
    kvHeads: 3,
    headDim: 32,
    hidden: 512,
    context: 256,
    norm: { kind: 'rmsnorm', epsilon: 1e-5 },
    position: { kind: 'learned' },
    mlp: 'swiglu',
    bias: { qkv: false, output: false, mlp: false },
    qkNorm: false,
    tied: true,
    slidingWindow: null,
    endTokens: [0],
    startToken: null,
  },
  quantisationLoss: null,
  card: { licence: 'CC0-1.0', metrics: { heldOutLossNatsPerToken: 3.41, bitsPerByte: 1.21 } },
  notices: [],
});

const lossOf = (format: Format): LoadedModel['quantisationLoss'] =>
  format === 'int8' || format === 'int4'
    ? {
        before: 3.412,
        after: format === 'int8' ? 3.414 : 3.707,
        tokens: 4096,
        savedBytes: format === 'int8' ? 3_300_000 : 4_800_000,
      }
    : null;

export interface FakeOptions {
  /** Milliseconds between events; 0 tells all at once. */ readonly pace?: number;
  /** Algorithms that draft. */ readonly drafting?: (id: string) => boolean;
  /** Fails a request of this kind with these words. */ readonly fail?: Partial<Record<LanguageKind, string>>;
}

export function createFakeClient({
  pace = 0,
  drafting = (id) => /spec|lookup/.test(id),
  fail = {},
}: FakeOptions = {}): Client<LanguageRequests> & {
  readonly asked: { kind: LanguageKind; body: unknown; cancel(): void }[];
} {
  const asked: { kind: LanguageKind; body: unknown; cancel(): void }[] = [];
  let format: Format = 'f16';
  const wait = () => (pace > 0 ? new Promise((r) => setTimeout(r, pace)) : Promise.resolve());
  const work: {
    [K in LanguageKind]: (
      body: LanguageRequests[K]['in'],
      emit: (p: LanguageRequests[K]['progress']) => void,
      stopped: () => void,
    ) => Promise<LanguageRequests[K]['out']>;
  } = {
    start: async () => ({ report: device }),
    fit: async ({ source }) => ({
      title: formatSource(source),
      architecture: 'llama, 30 layers of 576',
      parameters: 134_515_008,
      downloadBytes: 0.25 * GB,
      storedBytes: 0,
      freeBytes: 40 * GB,
      formats: formats.map((format, i) => ({
        format,
        gpuBytes: (0.5 * GB) / 2 ** i,
        fits: i > 0,
        how: i > 0 ? 'in 3 bindings' : 'the head needs 0.2 GB in one binding, this adapter allows 0.13 GB',
      })),
    }),
    async load(body, emit, stopped) {
      for (const phase of ['download', 'upload', 'compile', 'warm up'] as const)
        for (let i = 0; i <= 10; i++) {
          await wait();
          stopped();
          emit({
            kind: 'load',
            phase,
            model: formatSource(body.source),
            done: i * 91_000,
            total: 910_000,
            speed: phase === 'download' ? 4_200_000 : null,
            remainingMs: (10 - i) * 120,
            fromStore: 200_000,
          });
        }
      format = loaded(body).format;
      return loaded(body);
    },
    async run({ experiment: e, fingerprint }, emit, stopped) {
      const texts: number[][][] = e.contenders.map(() => Array.from({ length: e.samples }, () => []));
      let n = 0;
      for (const event of fakeEvents(e, drafting)) {
        if (n++ % 8 === 0) await wait();
        stopped();
        if (event.kind === 'tokens' && event.branch < 0)
          texts[event.contender]![event.sample]!.push(...event.tokens.map((t) => t.id));
        emit(event);
      }
      return {
        fingerprint: formatLanguageFingerprint(texts),
        reproduction: fingerprint ? compareLanguageFingerprint(fingerprint, texts) : null,
      };
    },
    async chat({ experiment: e, messages, fingerprint }, emit, stopped) {
      await wait();
      stopped();
      emit({ kind: 'read', reused: messages.length - 1, read: 1 });
      e.contenders.forEach((_, contender) =>
        emit({ kind: 'end', contender, sample: 0, branch: -1, why: 'length', cut: null, solved: null }),
      );
      const texts = e.contenders.map(() => [[1]]);
      return {
        fingerprint: formatLanguageFingerprint(texts),
        reproduction: fingerprint ? compareLanguageFingerprint(fingerprint, texts) : null,
      };
    },
    loss: async () => ({ loss: lossOf(format) }),
    inspect: async (body) => inspection(body),
    async sweep({ experiment: e }, emit, stopped) {
      let points = 0;
      for (const value of [0.4, 0.6, 0.8, 1, 1.2, 1.4])
        for (const contender of e.contenders.keys()) {
          await wait();
          stopped();
          emit({
            kind: 'point',
            fraction: (points + 1) / (6 * e.contenders.length),
            point: {
              contender,
              axis: 'temperature',
              value,
              metrics: {
                log_loss: 2 + value + 0.1 * contender,
                distinct_2: 0.4 + 0.3 * value,
                repetition: 0.3 - 0.15 * value,
                self_bleu: 0.6 - 0.3 * value,
              },
              cost: { tokens: 96, ms: 400 + 30 * contender },
            },
          });
          points++;
        }
      return { points };
    },
    async conformance(_, emit, stopped) {
      for (let i = 0; i < 24; i++) {
        await wait();
        stopped();
        const result = {
          id: `case-${i}`,
          title: i % 4 === 0 ? 'Four tokens by hand' : `Random logits ${i}`,
          group: ['Temperature', 'Top-p (nucleus)', 'Speculative sampling'][i % 3]!,
          passed: i !== 13,
          details:
            'logits ln(0.5, 0.3, 0.15, 0.05), p = 0.8: kept 0.5 and 0.3, renormalised to 0.625 and 0.375; got 0.625 and 0.375',
        };
        emit({ result, of: 24 });
      }
      return { passed: 23, failed: 1 };
    },
    stored: async () => ({
      models: [
        {
          key: 'hub:a/b',
          title: 'HuggingFaceTB/SmolLM2-135M',
          bytes: 0.27 * GB,
          complete: true,
          usedAt: 1_790_000_000_000,
        },
      ],
      used: 0.27 * GB,
      quota: 60 * GB,
    }),
    forget: async () => ({}),
    memory: async () => ({ owners: { weights: 9_100_000, cache: 3_300_000, scratch: 800_000 }, buffers: 61 }),
    unload: async () => ({}),
    lose: async () => ({}),
  };
  return {
    asked,
    ask(kind, body, onProgress): Call<typeof kind, LanguageRequests> {
      let cancelled = false;
      const cancel = () => void (cancelled = true);
      asked.push({ kind, body, cancel });
      const stopped = () => {
        if (cancelled) throw Object.assign(new Error('Cancelled.'), { name: 'Cancelled' });
      };
      const done = (async () => {
        await wait();
        stopped();
        if (fail[kind]) throw Object.assign(new Error(fail[kind]), { name: 'Failed', hint: 'Try another.' });
        return (work[kind] as (b: unknown, emit: (p: never) => void, s: () => void) => Promise<never>)(
          body,
          (p) => onProgress?.(p),
          stopped,
        );
      })();
      return { done, cancel };
    },
  };
}
