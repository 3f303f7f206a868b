/**
 * ONNX Runtime's own interface: the cache stays on the GPU, each token's outputs are the next one's inputs, and only
 * logits come back.
 */
import type * as Ort from 'onnxruntime-web/webgpu';
import type { OrtEnv, Prepared } from '../types.ts';
import { formPath, type Form } from './exported.ts';
import { BEHIND, CYCLE, largest, WRITTEN, type TextInputs } from './text.ts';

type Cache = ReadonlyMap<string, Ort.Tensor>;
const free = (cache: Cache) => cache.forEach((tensor) => tensor.dispose());

async function open({ host, ort, provider, options }: OrtEnv, { id, config }: TextInputs, form: Form) {
  const names = Array.from({ length: config.layers }, (_, i) => [`${i}.key`, `${i}.value`]).flat();
  const there = provider === 'webgpu' ? 'gpu-buffer' : 'cpu';
  const session = await ort.InferenceSession.create(await host.file(formPath(id, form)), {
    // That sizes are worked out on the processor is as it should be, and no warning.
    ...options,
    logSeverityLevel: 3,
    preferredOutputLocation: there,
  });
  const int64 = (values: readonly number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  return {
    empty: (): Cache =>
      new Map(
        names.map((n) => [n, new ort.Tensor('float32', new Float32Array(0), [1, config.kvHeads, 0, config.headDim])]),
      ),
    /** Appends tokens behind `length` others. The cache given remains the caller's. */
    async step(
      tokens: readonly number[],
      length: number,
      past: Cache,
    ): Promise<{ readonly logits: Float32Array; readonly cache: Cache }> {
      const feeds: Record<string, Ort.Tensor> = {
        input_ids: int64(tokens),
        attention_mask: int64(new Array<number>(length + tokens.length).fill(1)),
      };
      if (session.inputNames.includes('position_ids')) feeds['position_ids'] = int64(tokens.map((_, i) => length + i));
      for (const [name, tensor] of past) feeds[`past_key_values.${name}`] = tensor;
      const out = await session.run(feeds);
      // Asked for on the processor, they would come by a way that waits forever under Dawn in Node.
      const logits = out['logits']!;
      const values = (await logits.getData()) as Float32Array;
      logits.dispose();
      return { logits: values, cache: new Map(names.map((n) => [n, out[`present.${n}`]!])) };
    },
    close: () => session.release(),
  };
}

export const ortToken =
  (form: Form, note: string) =>
  async (env: OrtEnv, inputs: TextInputs): Promise<Prepared> => {
    const { empty, step, close } = await open(env, inputs, form);
    const { tokens, config } = inputs;
    const { cache: behind } = await step(tokens.slice(0, BEHIND), 0, empty());
    let cache = behind;
    let at = 0;
    let token = tokens[BEHIND]!;
    const back = () => {
      if (cache !== behind) free(cache);
      [cache, at, token] = [behind, 0, tokens[BEHIND]!];
    };
    const next = async () => {
      const answer = await step([token], BEHIND + at, cache);
      if (cache !== behind) free(cache);
      [cache, at, token] = [answer.cache, at + 1, largest(answer.logits)];
      return answer.logits;
    };
    return {
      note,
      async run() {
        if (at === CYCLE) back();
        await next();
      },
      sync: () => Promise.resolve(),
      async read() {
        back();
        const out = new Float32Array(CYCLE * (config.vocab + 1));
        for (let i = 0; i < CYCLE; i++) {
          token = tokens[BEHIND + i]!;
          out.set(await next(), i * config.vocab);
          out[CYCLE * config.vocab + i] = token;
        }
        return out;
      },
      async dispose() {
        back();
        free(behind);
        await close();
      },
    };
  };

export const ortText =
  (form: Form, note: string) =>
  async (env: OrtEnv, inputs: TextInputs): Promise<Prepared> => {
    const { empty, step, close } = await open(env, inputs, form);
    const { tokens, prompt } = inputs;
    let written: number[] = [];
    let last = new Float32Array(0);
    return {
      note,
      async run() {
        let length = 0;
        let cache = empty();
        let given: readonly number[] = tokens.slice(0, prompt);
        written = [];
        while (written.length < WRITTEN) {
          const answer = await step(given, length, cache);
          free(cache);
          cache = answer.cache;
          length += given.length;
          last = answer.logits as typeof last;
          given = [largest(last)];
          written.push(...given);
        }
        free(cache);
      },
      sync: () => Promise.resolve(),
      read: () => Promise.resolve(Float32Array.from([...written, ...last])),
      dispose: close,
    };
  };
