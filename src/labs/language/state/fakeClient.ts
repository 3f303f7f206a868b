// A worker that computes nothing: it answers every request with plausible made-up results. For tests, and for working
// on the page.
import type { Branch, LanguageExperiment } from '../config/experiment.ts';
import { formatLanguageFingerprint, compareLanguageFingerprint } from '../config/fingerprint.ts';
import { formatSource } from '../../../hub/source.ts';
import { philox4x32 } from '../../../math/philox.ts';
import type { Call, Client } from '../../../engine/worker/client.ts';
import type {
  Candidate,
  Format,
  Inspection,
  LanguageEvent,
  LanguageRequests,
  LoadedModel,
  ShownToken,
  TokenRecord,
} from './types.ts';

type LanguageKind = keyof LanguageRequests;
const WORDS =
  ' the| of| and| to| in| our|,|.| that| a| we| is| this| people| Nation| for| Congress| will| have| it| be| has| peace| great| by| years| world| with| States| must| been| more| their| new|\n\n| government| country| law| public'.split(
    '|',
  );
const text = (id: number) => WORDS[id % WORDS.length]!;
const words = new Uint32Array(4);
const uniform = (...key: number[]) =>
  philox4x32(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0, 11, 13, words)[0]! / 2 ** 32;

export function shownToken(id: number, shown = text(id), record: Partial<TokenRecord> = {}): ShownToken {
  return {
    id,
    text: shown,
    record: {
      logProbability: -1.5,
      drawnLogProbability: -1.2,
      entropy: 2.1,
      rank: 1,
      keptMass: 0.9,
      u: 0.5,
      by: 'model',
      ...record,
    },
  };
}
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

function originOf(u: number): TokenRecord['by'] {
  if (u > 0.8) return 'corrected';
  return u > 0.7 ? 'bonus' : 'drafted';
}

function tokenAt(
  e: LanguageExperiment,
  contender: number,
  sample: number,
  place: number,
  branch: number,
  origin: boolean,
): ShownToken {
  const differs = place > 8 + 3 * contender ? contender + 10 * (branch + 1) : 0;
  const u = uniform(e.seed, sample, place, differs);
  const id = Math.floor(uniform(e.prompt.length, sample, place, differs + e.seed) * WORDS.length);
  const p = 0.02 + 0.9 * u ** 2;
  return shownToken(id, text(id), {
    logProbability: Math.log(p),
    drawnLogProbability: Math.log(Math.min(1, p * 1.2)),
    entropy: 0.3 + 4 * (1 - u),
    rank: Math.floor((1 - u) * 9),
    keptMass: 0.8,
    u,
    by: origin ? originOf(u) : 'model',
  });
}

/** The events of a run, in the order in which a worker would tell them. */
export function* fakeEvents(e: LanguageExperiment, known: (id: string) => boolean): Generator<LanguageEvent> {
  yield { kind: 'status', text: 'Reading the prompt', fraction: 0 };
  yield { kind: 'prompt', tokens: e.prompt.split(/(?= )/).map((t, id) => ({ id, text: t })) };
  const texts: { contender: number; sample: number; branch: number; from: number; origin: boolean }[] =
    e.contenders.flatMap((c, contender) =>
      Array.from({ length: e.samples }, (_, sample) => ({
        contender,
        sample,
        branch: -1,
        from: 0,
        origin: known(c.algorithm),
      })),
    );
  for (const [i, b] of e.branches.entries()) texts.push({ ...b, branch: i, from: b.at, origin: false });
  for (let place = 0; place < e.maxTokens; place += 4) {
    for (const t of texts) {
      const from = Math.max(place, t.from);
      const to = Math.min(place + 4, e.maxTokens);
      if (from >= to) continue;
      const picked: Branch | undefined = e.branches[t.branch];
      yield {
        kind: 'tokens',
        ...t,
        from,
        tokens: Array.from({ length: to - from }, (_, i) =>
          picked && from + i === picked.at
            ? shownToken(picked.token, text(picked.token), { by: 'reader', u: null, drawnLogProbability: null })
            : tokenAt(e, t.contender, t.sample, from + i, t.branch, t.origin),
        ),
      };
    }
    yield { kind: 'status', text: 'Writing', fraction: place / e.maxTokens };
  }
  for (const t of texts)
    yield {
      kind: 'end',
      contender: t.contender,
      sample: t.sample,
      branch: t.branch,
      why: 'length',
      cut: null,
      solved: e.model.from === 'bundled' && e.model.id === 'countdown' ? uniform(t.contender, t.sample, 1) > 0.5 : null,
    };
  for (const [contender, c] of e.contenders.entries()) {
    const speculative = known(c.algorithm);
    yield {
      kind: 'cost',
      contender,
      cost: {
        promptTokens: 6,
        fromPrompt: 1,
        rows: 30,
        prefillMs: 21 + contender,
        firstTokenMs: 34 + 3 * contender,
        decodeMs: 900 + 140 * contender,
        tokens: e.maxTokens * e.samples,
        passes: speculative ? e.maxTokens / 2 : e.maxTokens,
        draftPasses: speculative ? e.maxTokens : 0,
        proposed: speculative ? 80 : 0,
        accepted: speculative ? 57 : 0,
        dispatchesPerToken: 51,
      },
    };
    yield {
      kind: 'metrics',
      contender,
      values: { log_loss: 3.1 - 0.2 * contender, distinct_2: 0.7 + 0.05 * contender, repetition: 0.08 },
    };
  }
}

function inspection({ place, token, typed }: LanguageRequests['inspect']['in']): Inspection {
  const ps = Array.from({ length: 12 }, (_, i) => 0.42 * 0.62 ** i);
  const top = (scale: number, keep: number): Candidate[] =>
    ps.slice(0, keep).map((p, i) => ({
      token: i === 1 ? token : token + i + 1,
      text: text(i === 1 ? token : token + i + 1),
      logit: 9 - i * 0.6,
      probability: Math.min(1, p * scale),
    }));
  const stages = [
    { title: 'Model', top: top(1, 12), entropy: 2.9, kept: 4096, keptMass: 1 },
    { title: 'Temperature 0.8', top: top(1.2, 12), entropy: 2.3, kept: 4096, keptMass: 1 },
    { title: 'Top-p 0.9', top: top(1.5, 5), entropy: 1.3, kept: 5, keptMass: 0.91 },
  ];
  let from = 0;
  const intervals = top(1.5, 5).map((c) => ({
    token: c.token,
    text: c.text,
    from,
    to: (from = Math.min(1, from + c.probability)),
  }));
  return {
    stages,
    draw: { u: 0.71 + 0.001 * place.at, intervals },
    chosen: { ...top(1, 2)[1]!, rank: 1, surprisalBits: 1.94 },
    note: null,
    typed: typed === '' ? [] : [{ token: 77, text: typed, of: 1, rank: 1233, probability: 0.00021, drawn: 0 }],
  };
}

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
      tell: (p: LanguageRequests[K]['progress']) => void,
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
    async load(body, tell, stopped) {
      for (const phase of ['download', 'upload', 'compile', 'warm up'] as const)
        for (let i = 0; i <= 10; i++) {
          await wait();
          stopped();
          tell({
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
    async run({ experiment: e, fingerprint }, tell, stopped) {
      const texts: number[][][] = e.contenders.map(() => Array.from({ length: e.samples }, () => []));
      let n = 0;
      for (const event of fakeEvents(e, drafting)) {
        if (n++ % 8 === 0) await wait();
        stopped();
        if (event.kind === 'tokens' && event.branch < 0)
          texts[event.contender]![event.sample]!.push(...event.tokens.map((t) => t.id));
        tell(event);
      }
      return {
        fingerprint: formatLanguageFingerprint(texts),
        reproduction: fingerprint ? compareLanguageFingerprint(fingerprint, texts) : null,
      };
    },
    loss: async () => ({ loss: lossOf(format) }),
    inspect: async (body) => inspection(body),
    async sweep({ experiment: e }, tell, stopped) {
      let points = 0;
      for (const value of [0.4, 0.6, 0.8, 1, 1.2, 1.4])
        for (const contender of e.contenders.keys()) {
          await wait();
          stopped();
          tell({
            kind: 'point',
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
    async conformance(_, tell, stopped) {
      for (let i = 0; i < 24; i++) {
        await wait();
        stopped();
        tell({
          id: `case-${i}`,
          title: i % 4 === 0 ? 'Four tokens by hand' : `Random logits ${i}`,
          group: ['Temperature', 'Top-p (nucleus)', 'Speculative sampling'][i % 3]!,
          passed: i !== 13,
          details:
            'logits ln(0.5, 0.3, 0.15, 0.05), p = 0.8: kept 0.5 and 0.3, renormalised to 0.625 and 0.375; got 0.625 and 0.375',
        });
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
        return (work[kind] as (b: unknown, tell: (p: never) => void, s: () => void) => Promise<never>)(
          body,
          (p) => onProgress?.(p),
          stopped,
        );
      })();
      return { done, cancel };
    },
  };
}
