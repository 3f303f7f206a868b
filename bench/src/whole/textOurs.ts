import { createTransformer } from '../../../src/networks/transformer.ts';
import { TransformerWeights } from '../../../src/networks/transformerWeights.ts';
import type { OursEnv, Prepared } from '../types.ts';
import { BEHIND, CYCLE, load, WRITTEN, type TextInputs } from './text.ts';

/** Temperature 0, nothing cut off: the largest logit, found on the GPU. */
const GREEDY = { temperature: 0, k: 0, topP: 1, minP: 0, bits: 0 } as const;

async function open({ ctx }: OursEnv, { files, config }: TextInputs) {
  const owner = `whole text ${next++}`;
  const { weights } = await load(ctx, files, owner);
  if (!(weights instanceof TransformerWeights)) throw new Error('the weights are not on the GPU');
  const session = await createTransformer(ctx, config, weights, { slots: 1, context: config.context, owner });
  const sequence = await session.open();
  return {
    session,
    sequence,
    /** Appends the tokens and gives the largest logit's token. */
    async draw(tokens: readonly number[]): Promise<number> {
      const { drawn } = await session.forward([{ sequence, tokens }], { want: 'last', draw: [GREEDY] });
      return drawn![0]!.token;
    },
    logits: async (tokens: readonly number[]): Promise<Float32Array> =>
      (await session.forward([{ sequence, tokens }], { want: 'last' })).logits[0]![0]!,
    dispose() {
      session.destroy();
      weights.destroy();
      ctx.buffers.destroyOwner(owner);
    },
  };
}
let next = 0;

/** One token behind BEHIND others: pass, draw, and the token back on the processor. */
export async function oursToken(env: OursEnv, inputs: TextInputs): Promise<Prepared> {
  const { session, sequence, draw, logits, dispose } = await open(env, inputs);
  const { tokens, config } = inputs;
  await logits(tokens.slice(0, BEHIND));
  let token = tokens[BEHIND]!;
  return {
    note: 'one submit a token, drawn on the GPU',
    async run() {
      if (session.length(sequence) === BEHIND + CYCLE) {
        session.rollback(sequence, BEHIND);
        token = tokens[BEHIND]!;
      }
      token = await draw([token]);
    },
    sync: () => Promise.resolve(),
    async read() {
      const out = new Float32Array(CYCLE * (config.vocab + 1));
      for (let i = 0; i < CYCLE; i++) {
        session.rollback(sequence, BEHIND + i);
        out.set(await logits([tokens[BEHIND + i]!]), i * config.vocab);
        session.rollback(sequence, BEHIND + i);
        out[CYCLE * config.vocab + i] = await draw([tokens[BEHIND + i]!]);
      }
      return out;
    },
    dispose,
  };
}

/** A text: the prompt in one pass, then token by token. */
export async function oursText(env: OursEnv, inputs: TextInputs): Promise<Prepared> {
  const { session, sequence, draw, logits, dispose } = await open(env, inputs);
  const { tokens, prompt } = inputs;
  let written: number[] = [];
  return {
    note: 'drawn on the GPU',
    async run() {
      session.rollback(sequence, 0);
      written = [await draw(tokens.slice(0, prompt))];
      while (written.length < WRITTEN) written.push(await draw(written.slice(-1)));
    },
    sync: () => Promise.resolve(),
    async read() {
      session.rollback(sequence, prompt + WRITTEN - 2);
      return Float32Array.from([...written, ...(await logits(written.slice(-2, -1)))]);
    },
    dispose,
  };
}
