// The bundled language models forced along the greedy texts of their float64 runs (training/language/golden.py), in
// every weight format.
import type { LanguageModelId } from '../models/language.ts';
import { createTransformer } from '../networks/transformer.ts';
import { TransformerWeights } from '../networks/transformerWeights.ts';
import type { Format } from '../engine/decoding/events.ts';
import { loadModel } from '../engine/decoding/load.ts';
import golden from './golden/language.json' with { type: 'json' };
import type { Case, Env, Outcome, Planned } from './types.ts';
import { nmse, short } from './words.ts';

interface GoldenCase {
  readonly prompt: readonly number[];
  /** The most likely token after the prompt, and after each of these. */
  readonly greedy: readonly number[];
  readonly top5: readonly {
    readonly position: number;
    readonly tokens: readonly number[];
    readonly logits: readonly number[];
  }[];
}

/**
 * Share of golden tokens that must be chosen, and how far the five largest logits may be off: each, and as a root mean
 * square.
 */
const bounds: Readonly<
  Record<Exclude<Format, 'stored'>, { readonly agreed: number; readonly worst: number; readonly rms: number }>
> = {
  f32: { agreed: 1, worst: 1e-4, rms: 1e-5 },
  // The files hold 16 bits, so f16 loses nothing.
  f16: { agreed: 0.99, worst: 1e-4, rms: 1e-5 },
  int8: { agreed: 0.95, worst: 0.6, rms: 0.15 },
  // The worst of the three models agrees in 122 of 128.
  int4: { agreed: 0.93, worst: 3, rms: 0.8 },
};
/** Last tokens that are also decoded one by one, and the NMSE allowed between that and one pass. */
const SINGLY = 10;
const SAME = 1e-10;

const flat = (rows: readonly Float32Array[]) => Float64Array.from(rows.flatMap((r) => Array.from(r)));

async function check(env: Env, id: LanguageModelId, format: keyof typeof bounds): Promise<Outcome> {
  const { ctx, signal, deps } = env;
  const cases: readonly GoldenCase[] = golden[id].cases;
  const files = await deps.open(id, signal);
  const owner = 'verify language';
  const model = await loadModel(ctx, files, { format, owner, progress: () => {}, signal }).finally(() => files.close());
  if (!(model.weights instanceof TransformerWeights)) throw new Error('the weights are not on the GPU');
  try {
    const session = await createTransformer(ctx, model.config, model.weights, {
      slots: 1,
      context: Math.max(...cases.map((c) => c.prompt.length + c.greedy.length)),
      owner,
    });
    try {
      let agreed = 0;
      let of = 0;
      let worst = 0;
      let squares = 0;
      let compared = 0;
      let apart = 0;
      let back = 0;
      for (const { prompt, greedy, top5 } of cases) {
        const tokens = [...prompt, ...greedy.slice(0, -1)];
        const sequence = await session.open();
        const together = tokens.length - SINGLY;
        const rows = (await session.forward([{ sequence, tokens }], { want: 'all' })).logits[0]!.map((r) => r.slice());
        for (const [i, token] of greedy.entries()) {
          const row = rows[prompt.length - 1 + i]!;
          of++;
          if (row.every((v, other) => v < row[token]! || other === token)) agreed++;
        }
        for (const { position, tokens: top, logits } of top5)
          for (const [i, token] of top.entries()) {
            const error = Math.abs(rows[position]![token]! - logits[i]!);
            worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
            squares += error * error;
            compared++;
          }
        // A single token uses other kernels than a prompt; tokens rolled back must not be attended to.
        session.rollback(sequence, together);
        const singly: Float32Array[] = [];
        for (const token of tokens.slice(together))
          singly.push(
            (await session.forward([{ sequence, tokens: [token] }], { want: 'last' })).logits[0]![0]!.slice(),
          );
        apart = Math.max(apart, nmse(flat(singly), flat(rows.slice(together))));
        session.rollback(sequence, together);
        const again = (await session.forward([{ sequence, tokens: [tokens[together]!] }], { want: 'last' }))
          .logits[0]![0]!;
        back += Number(again.every((v, i) => v === singly[0]![i]));
        session.release(sequence);
      }
      const rms = Math.sqrt(squares / compared);
      const bound = bounds[format];
      return {
        pass:
          agreed >= bound.agreed * of &&
          worst < bound.worst &&
          rms < bound.rms &&
          rms > 0 &&
          apart < SAME &&
          back === cases.length,
        detail: `${agreed} of ${of} tokens are the golden ones (${(100 * bound.agreed).toFixed(0)} % wanted); the ${compared} largest logits are off by ${short(worst)} at most (${short(bound.worst)} allowed), ${short(rms)} as a root mean square (${short(bound.rms)}); ${SINGLY} tokens one by one differ from one pass by an NMSE of ${short(apart)} (${short(SAME)}); ${back === cases.length ? 'after forgetting tokens the next one is the same to the bit' : 'after forgetting tokens the next one DIFFERS'}${model.format === format ? '' : `; kept as ${model.format}`}.`,
      };
    } finally {
      session.destroy();
    }
  } finally {
    model.weights.destroy();
  }
}

export const plan = (env: Env): Planned => ({
  cases: (['sotu_draft', 'countdown', 'sotu'] as const).flatMap((id) =>
    (['f32', 'f16', 'int8', 'int4'] as const).map((format): Case => ({
      name: `${id} ${format}`,
      run: () => check(env, id, format),
    })),
  ),
});
