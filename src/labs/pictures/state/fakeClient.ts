// A worker that computes nothing: it answers every request with made-up results. For tests.
import type { Call, Client } from '../../../engine/worker/client.ts';
import { levelRange } from '../engine/plan.ts';
import { parseSchedulerConfig } from '../../../formats/diffusers/scheduler.ts';
import { formatSource } from '../../../hub/source.ts';
import type { LoadedPictures, PicturesEvent, PicturesRequests, Pixels } from './types.ts';

type Kind = keyof PicturesRequests;
type Run = PicturesRequests['run'];

export const pixels = (byte: number, side = 2): Pixels => ({
  rgba: new Uint8ClampedArray(4 * side * side).fill(byte),
  width: side,
  height: side,
});

const scheduler = { _class_name: 'EulerDiscreteScheduler', beta_schedule: 'scaled_linear' };
const loaded = ({ source, format }: PicturesRequests['load']['in']): LoadedPictures => ({
  source,
  title: formatSource(source),
  pipeline: 'StableDiffusionPipeline',
  network: 'UNet2DConditionModel',
  scheduler: scheduler._class_name,
  schedulerBytes: new TextEncoder().encode(JSON.stringify(scheduler)),
  range: levelRange(parseSchedulerConfig(scheduler)),
  format: format === 'auto' ? 'f16' : format,
  parameters: 4_000_000,
  gpuBytes: 8_000_000,
  loadMs: 300,
  size: { height: 64, width: 64 },
  factor: 4,
  readsText: true,
  words: [],
  mostSkip: 3,
  classes: null,
  labels: [],
  unguided: null,
  told: false,
  licence: null,
  notices: [],
});

/** What a run of two steps each tells; contender `fails` is left out, `unsolved` has nothing to be measured against. */
export function* madeUp(
  { experiment: e }: Run['in'],
  { fails = null, unsolved = null }: Pick<FakeOptions, 'fails' | 'unsolved'> = {},
): Generator<PicturesEvent> {
  yield { kind: 'status', part: 'text', text: 'Reading the prompt', fraction: null };
  const read = { tokens: 5, most: 75, cut: '', pieces: [] };
  yield { kind: 'texts', prompt: read, negative: { ...read, tokens: 0 }, remarks: [], previewFit: 0.9 };
  for (const [contender] of e.contenders.entries()) {
    yield { kind: 'status', part: 'contender', contender, text: `Contender ${contender + 1}`, fraction: 0 };
    for (const step of [0, 1, 2]) {
      const tiles = { ...pixels(step), columns: 1 };
      const latents = new Float32Array(4).fill(step);
      yield { kind: 'frame', contender, step, steps: 2, sigma: 2 - step, ms: 10 * step, tiles, latents };
      if (contender === fails && step === 1)
        yield { kind: 'dropped', contender, because: 'it went wrong', hint: 'Take another.' };
      if (contender === fails && step === 1) break;
    }
    if (contender === fails) continue;
    for (let sample = 0; sample < e.count; sample++)
      yield { kind: 'picture', contender, sample, pixels: pixels(100 + sample) };
    const cost = { nfe: 2, passes: 4, gpuMs: null, wallMs: 20, decodeMs: 5 };
    yield { kind: 'result', contender, cost, stochastic: false };
  }
  for (const [contender] of e.contenders.entries())
    if (e.reference > 0 && contender === unsolved)
      yield { kind: 'unmeasured', contender, because: 'it went astray.', hint: 'Take more bits.' };
    else if (e.reference > 0 && contender !== fails)
      yield { kind: 'errors', contender, errors: [0.1 * (contender + 1)], referenceSteps: e.reference };
}

export interface FakeOptions {
  /** Milliseconds between events; 0 tells all at once. */
  readonly pace?: number;
  /** The contender that a run leaves out. */
  readonly fails?: number | null;
  /** The contender whose many-step solution fails. */
  readonly unsolved?: number | null;
  /** The contender that a sweep passes over. */
  readonly passes?: number | null;
  /** Fails a request of this kind with this error. */
  readonly fail?: Partial<Record<Kind, { readonly name: string; readonly message: string }>>;
}

export function createFakeClient({
  pace = 0,
  fail = {},
  passes = null,
  ...of
}: FakeOptions = {}): Client<PicturesRequests> & {
  readonly asked: { readonly kind: Kind; readonly body: unknown }[];
} {
  const asked: { kind: Kind; body: unknown }[] = [];
  const wait = () => (pace > 0 ? new Promise((r) => setTimeout(r, pace)) : Promise.resolve());
  const work: Partial<{
    [K in Kind]: (
      body: PicturesRequests[K]['in'],
      emit: (p: PicturesRequests[K]['progress']) => void,
      stopped: () => void,
    ) => Promise<PicturesRequests[K]['out']>;
  }> = {
    load: (body) => Promise.resolve(loaded(body)),
    stored: () => Promise.resolve({ models: [], used: 0, quota: null }),
    async run(body, emit, stopped) {
      for (const event of madeUp(body, of)) {
        await wait();
        stopped();
        emit(event);
      }
      const reproduction = body.fingerprint === null ? null : ({ verdict: 'reproduced', largest: 0 } as const);
      return { fingerprint: '1.AAAA', reproduction };
    },
    async decode({ experiment: e, steps }, emit, stopped) {
      for (const [at, latents] of steps.entries())
        for (let sample = 0; sample < e.count; sample++) {
          await wait();
          stopped();
          emit({ kind: 'picture', at, sample, pixels: pixels(50 + latents[0]!) });
        }
      return {};
    },
    async sweep({ experiment: e }, emit, stopped) {
      let points = 0;
      if (passes !== null) emit({ kind: 'passed', contender: passes, because: 'it draws fresh noise' });
      for (const steps of e.budgets)
        for (const contender of e.contenders.keys()) {
          if (contender === passes) continue;
          await wait();
          stopped();
          const point = { contender, steps, nfe: steps, passes: steps, wallMs: 9, errors: [1 / steps] };
          emit({ kind: 'point', point, fraction: ++points / (e.budgets.length * e.contenders.length) });
        }
      return { points };
    },
  };
  return {
    asked,
    ask(kind, body, onProgress): Call<typeof kind, PicturesRequests> {
      let cancelled = false;
      asked.push({ kind, body });
      const stopped = () => {
        if (cancelled) throw Object.assign(new Error('Cancelled.'), { name: 'Cancelled' });
      };
      const done = (async () => {
        await wait();
        stopped();
        const wrong = fail[kind];
        if (wrong) throw Object.assign(new Error(wrong.message), { name: wrong.name, hint: 'Try another.' });
        return (work[kind] as (b: unknown, emit: (p: never) => void, s: () => void) => Promise<never>)(
          body,
          (p) => onProgress?.(p),
          stopped,
        );
      })();
      return { done, cancel: () => void (cancelled = true) };
    },
  };
}
