// Ours on a published file, beside what llama.cpp says of it, of its numbers in f32 (widen.ts), and beside float64:
// vite-node ours.ts MODEL-FILE PEER-JSON EXACT-JSON
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { surprisal } from '../../src/engine/decoding/loss.ts';
import type { CpuWeights } from '../../src/engine/decoding/cpuSession.ts';
import { loadModel, type LoadedWeights } from '../../src/engine/decoding/load.ts';
import { openFolder } from '../../src/cli/modelFolder.ts';
import { nodeContext } from '../../src/gpu/testing.ts';
import { createTransformerReference } from '../../src/models/networks/transformer.ts';
import { createTransformer } from '../../src/networks/transformer.ts';
import type { TransformerSession } from '../../src/networks/transformerTypes.ts';
import type { TransformerWeights } from '../../src/networks/transformerWeights.ts';

/** What is told of the text whose perplexity is measured. */
interface Told {
  readonly surprisals: readonly number[];
  readonly top: readonly (readonly (readonly [token: number, probability: number])[])[];
}
interface Peer extends Told {
  readonly texts: readonly string[];
  /** Their tokens of each. */
  readonly strings: readonly (readonly number[])[];
  readonly greedy: readonly { readonly prompt: readonly number[]; readonly tokens: readonly number[] }[];
  readonly text: readonly number[];
}
/** Tokens of that text whose logits are computed in float64 too: half a minute of one core. */
const EXACT_TOKENS = 64;
const [file = '', told = '', toldExact = ''] = process.argv.slice(2);
const peer = JSON.parse(readFileSync(told, 'utf8')) as Peer;
const exact = JSON.parse(readFileSync(toldExact, 'utf8')) as Told;
const source = { from: 'file', name: basename(file) } as const;
const never = new AbortController().signal;
const ctx = await nodeContext();
let failed = 0;
function check(what: string, fine: boolean, found: string): void {
  console.log(`  ${fine ? '✓' : '✗'} ${what}: ${found}`);
  if (!fine) failed++;
}
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** Logits after every token. */
async function allLogits(session: TransformerSession, tokens: readonly number[]): Promise<readonly Float32Array[]> {
  const sequence = await session.open();
  const out: Float32Array[] = [];
  for (let from = 0; from < tokens.length; from += 32) {
    const { logits } = await session.forward([{ sequence, tokens: tokens.slice(from, from + 32) }], { want: 'all' });
    out.push(...logits[0]!.map((row) => row.slice()));
  }
  session.release(sequence);
  return out;
}
const argMax = (logits: Float32Array): number => logits.reduce((best, v, i) => (v > logits[best]! ? i : best), 0);

function strings({ tokenizer }: LoadedWeights): void {
  const odd = peer.texts;
  const ours = odd.map((text) => tokenizer.encode(text, { addSpecial: false }));
  const wrong = odd.filter((_, i) => ours[i]!.join() !== peer.strings[i]!.join());
  const first = wrong[0];
  const at = first === undefined ? -1 : odd.indexOf(first);
  const example =
    first === undefined
      ? ''
      : `; first ${JSON.stringify(first)}: ${ours[at]!.join(' ')}, theirs ${peer.strings[at]!.join(' ')}`;
  check('tokens of odd strings', wrong.length === 0, `${odd.length - wrong.length} of ${odd.length} equal${example}`);
}

/**
 * Their greedy text, read by us: where our likeliest token is another one, theirs must be nearly as likely. They round
 * activations to 8 bits, so two tokens that are nearly alike may change places.
 */
async function greedy(session: TransformerSession): Promise<void> {
  let [equal, of, worst] = [0, 0, 0];
  for (const { prompt, tokens } of peer.greedy) {
    const logits = await allLogits(session, [...prompt, ...tokens.slice(0, -1)]);
    for (const [i, token] of tokens.entries()) {
      const row = logits[prompt.length - 1 + i]!;
      const best = argMax(row);
      of++;
      if (best === token) equal++;
      else worst = Math.max(worst, row[best]! - row[token]!);
    }
  }
  check(
    'greedy text, token by token',
    equal / of >= 0.95 && worst < 0.75,
    `${equal} of ${of} equal; largest lead of another token ${worst.toFixed(3)} nats`,
  );
}

/**
 * With the file's own numbers in f32 they round no activations, but look GELU up in a table of 16 bits: 2.3e-4 on
 * average on Gemma, 7.5e-5 on SmolLM2, which has none. On the file itself they round activations to 8
 * bits, which moves the perplexity of Gemma 3 270M as Q4_K_M by 1.4 %, and probabilities by 1.9e-2 on average.
 */
function perplexity(ours: readonly Float32Array[], { surprisals, top }: Told, rounded: boolean): void {
  const own = mean(ours.map((row, i) => surprisal(row, peer.text[i + 1]!)));
  const theirs = mean(surprisals);
  const ratio = Math.exp(own - theirs) - 1;
  const whose = rounded ? 'theirs with activations of 8 bits' : 'theirs of the same numbers';
  check(
    'perplexity',
    Math.abs(ratio) < (rounded ? 0.03 : 0.001),
    `${Math.exp(own).toFixed(4)}, ${whose} ${Math.exp(theirs).toFixed(4)}: ${(100 * ratio).toFixed(3)} %, ${ours.length} tokens`,
  );
  const gaps = top.flatMap((list, i) => list.map(([token, p]) => Math.abs(Math.exp(-surprisal(ours[i]!, token)) - p)));
  check(
    'their five likeliest tokens at each place',
    mean(gaps) < (rounded ? 0.03 : 1e-3),
    `probabilities differ by ${mean(gaps).toExponential(1)} on average, ${Math.max(...gaps).toExponential(1)} at most`,
  );
}

/** Logits of the text's first tokens by the float64 reference, from the same file. */
async function inFloat64(): Promise<readonly Float64Array[]> {
  const files = openFolder(source, file);
  const { config, weights } = await loadModel(null, files, {
    format: 'f32',
    owner: 'reference',
    progress: () => {},
    signal: never,
  });
  await files.close();
  const reference = createTransformerReference(config, (weights as CpuWeights).arrays);
  return reference.forward(reference.start(), peer.text.slice(0, EXACT_TOKENS)).logits;
}
function againstFloat64(ours: readonly Float32Array[], want: readonly Float64Array[]): void {
  const flat = (rows: readonly ArrayLike<number>[]) => rows.flatMap((row) => Array.from(row));
  const [got, right] = [flat(ours.slice(0, want.length)), flat(want)];
  const error = right.reduce((sum, v, i) => sum + (got[i]! - v) ** 2, 0) / right.reduce((sum, v) => sum + v * v, 0);
  check('logits beside float64', error < 1e-9, `NMSE ${error.toExponential(1)} of ${want.length} tokens`);
}

const reference = await inFloat64();
for (const format of ['f32', 'auto'] as const) {
  const files = openFolder(source, file);
  const model = await loadModel(ctx, files, { format, owner: 'published', progress: () => {}, signal: never });
  await files.close();
  const weights = model.weights as TransformerWeights;
  console.log(
    `  weights ${format === 'auto' ? 'as the page chooses them' : 'as f32'}: ${model.format}, ${(weights.bytes / 2 ** 20).toFixed(0)} MB`,
  );
  if (format === 'f32') strings(model);
  const context = Math.max(peer.text.length, ...peer.greedy.map(({ prompt, tokens }) => prompt.length + tokens.length));
  const session = await createTransformer(ctx, model.config, weights, { slots: 1, context, owner: 'published' });
  await greedy(session);
  const logits = await allLogits(session, peer.text.slice(0, -1));
  againstFloat64(logits, reference);
  perplexity(logits, exact, false);
  perplexity(logits, peer, true);
  session.destroy();
  weights.destroy();
}
process.exit(failed > 0 ? 1 : 0);
