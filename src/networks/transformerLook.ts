// What a pass makes on its way, for readers who look inside: residual streams after every layer, attention by head, and
// what the model's own head reads in a stream. The passes are the session's; nothing here runs unless it is asked for.
import { attentionOf, scalesOf, type TransformerConfig } from '../formats/transformerConfig.ts';
import { encode, type Call } from '../gpu/kernel.ts';
import { createAttentionDecode } from '../kernels/attention/attentionDecode.ts';
import { createAttentionPrefill } from '../kernels/attention/attentionPrefill.ts';
import { MOST_ROWS } from '../kernels/linear/rowDots.ts';
import { createResidualNorm } from '../kernels/norm/residualNorm.ts';
import { Holdings } from './holdings.ts';
import { readStaging } from './readStaging.ts';
import { inPlace, partsOf, type PassShape } from './transformerParts.ts';
import type { Session, SessionParts } from './transformerSession.ts';
import type { LookAnswer, Stream } from './transformerTypes.ts';

const OWNER = 'a look inside';
/** Attention read back at once, and rows of it, unless asked for fewer. */
const ATTENTION_BYTES = 16 * 2 ** 20;
const ROWS = 64;

/** Positions whose weights one call of an attention kernel gives: as many as a value has numbers. */
const blocksOf = (keys: number, { headDim }: TransformerConfig) => Math.ceil(keys / headDim);

/** Appends tokens to a sequence and tells what the pass made on its way; see LookingSession. */
export async function look(
  session: Session,
  parts: SessionParts,
  sequence: number,
  tokens: readonly number[],
  layer: number,
  wanted = ROWS,
): Promise<LookAnswer> {
  const { config, mostRows } = parts;
  if (!Number.isInteger(layer) || layer < 0 || layer >= config.layers)
    throw new RangeError(`there is no layer ${layer}: the model has ${config.layers}`);
  const keys = session.length(sequence) + tokens.length;
  const perRow = 4 * config.heads * blocksOf(keys, config) * config.headDim;
  const rows = Math.max(1, Math.min(wanted, tokens.length, mostRows, Math.floor(ATTENTION_BYTES / perRow)));
  const before = tokens.slice(0, -rows);
  if (before.length > 0) await session.forward([{ sequence, tokens: before }], { want: 'last' });
  const seen = tokens.slice(-rows);
  return session.inTurn(() => pass(parts, sequence, seen, layer));
}

/**
 * One pass over `tokens`. Attention weights are what the pass's own kernel gives for unit vectors in place of values:
 * with value p the p-th of them, the weighted sum of values is the list of weights, headDim positions a call.
 */
async function pass(
  { ctx, config, context, cache, pass: made, activations: a, slots, splits, splitRows }: SessionParts,
  slot: number,
  tokens: readonly number[],
  layer: number,
): Promise<LookAnswer> {
  const { width, vocab, heads, kvHeads, headDim } = config;
  const start = cache.length(slot);
  const rows = tokens.length;
  const keys = start + rows;
  if (keys > context) throw new RangeError(`${start} + ${rows} tokens do not fit the context of ${context}`);
  for (const token of tokens)
    if (!Number.isInteger(token) || token < 0 || token >= vocab)
      throw new RangeError(`token ${token} is not in the vocabulary of ${vocab}`);
  const blocks = blocksOf(keys, config);
  const stride = kvHeads * headDim;
  const blockBytes = 4 * headDim * stride;
  const rowsBytes = 4 * rows * heads * headDim;
  const streamsBytes = 4 * (config.layers + 1) * width;
  const cap = config.softCap?.attention ?? null;
  return Holdings.build(ctx, OWNER, async (hold) => {
    const values = await hold.floats('unit vectors in place', (slot * context + blocks * headDim) * stride);
    const units = await hold.upload('unit vectors', unitVectors(headDim, kvHeads));
    const bytes = blocks * rowsBytes + streamsBytes + 4 * vocab;
    const staging = await hold.staging('read-back', bytes);
    const held = values.size + units.size + staging.size;
    const few = rows <= MOST_ROWS;
    // Keys as the cache keeps them; the unit vectors are float32 whatever it is.
    const how = { headDim, capped: cap !== null, cache: { keys: cache.types.keys, values: 'f32' } } as const;
    const attention = few ? await createAttentionDecode(ctx, how) : await createAttentionPrefill(ctx, how);
    const shape: PassShape = {
      rows,
      attention: few ? 'decode' : 'prefill',
      splits: rows <= splitRows ? splits : 1,
      runs: [{ from: rows - 1, count: 1 }],
    };
    ctx.device.queue.writeBuffer(
      a.rows,
      0,
      Uint32Array.from(tokens.flatMap((token, i) => [token, slot, start + i, 0])),
    );
    const free = slots.mark();
    try {
      const marks: { readonly what: 'stream' | 'queries'; readonly layers: number; readonly calls: number }[] = [];
      const calls = made.calls(a, cache, shape, slots, (what, layers, calls) => marks.push({ what, layers, calls }));
      const { window } = attentionOf(config, layer);
      const scalesAt = { ...cache.scalesAt, values: 0 };
      const seen = { rows, heads, kvHeads, context, window, scale: scalesOf(config).attention, cap, scalesAt };
      const given = { rows: a.rows, q: a.q, keys: cache.layers[layer]!.keys, values, y: a.attended };
      const weigh = [attention.call({ ...given, partial: a.partial }, { ...seen, splits: shape.splits }, slots)].flat();
      slots.flush();
      const encoder = ctx.device.createCommandEncoder({ label: 'look inside' });
      let done = 0;
      const upTo = (calls_: number) => {
        record(encoder, calls.slice(done, calls_));
        done = calls_;
      };
      for (const { what, layers, calls: at } of marks) {
        upTo(at);
        if (what === 'stream')
          encoder.copyBufferToBuffer(
            a.x,
            4 * (rows - 1) * width,
            staging,
            blocks * rowsBytes + 4 * layers * width,
            4 * width,
          );
        else if (layers === layer)
          for (let block = 0; block < blocks; block++) {
            const place = 4 * (slot * context + block * headDim) * stride;
            encoder.copyBufferToBuffer(units, 0, values, place, blockBytes);
            record(encoder, weigh);
            encoder.copyBufferToBuffer(a.attended, 0, staging, block * rowsBytes, rowsBytes);
            encoder.clearBuffer(values, place, blockBytes);
          }
      }
      upTo(calls.length);
      encoder.copyBufferToBuffer(a.logits, 0, staging, blocks * rowsBytes + streamsBytes, 4 * vocab);
      ctx.submit(encoder.finish());
      const all = new Float32Array(await readStaging(ctx, staging, bytes));
      cache.setLength(slot, keys);
      const at = (blocks * rowsBytes) / 4;
      return {
        streams: Array.from({ length: config.layers + 1 }, (_, i) => all.slice(at + i * width, at + (i + 1) * width)),
        logits: all.slice(at + streamsBytes / 4, at + streamsBytes / 4 + vocab),
        attention: { layer, first: start, rows, keys, weights: inOrder(all, rows * heads, keys, headDim) },
        bytes: held,
      };
    } finally {
      slots.release(free);
      // Held while the pass ran, and no longer.
      hold.destroy();
    }
  });
}

/** Value p of every key head the p-th unit vector: (headDim positions, kvHeads, headDim). */
function unitVectors(headDim: number, kvHeads: number): Float32Array<ArrayBuffer> {
  const units = new Float32Array(headDim * kvHeads * headDim);
  for (let p = 0; p < headDim; p++) for (let h = 0; h < kvHeads; h++) units[(p * kvHeads + h) * headDim + p] = 1;
  return units;
}

/** (blocks, rows · heads, headDim) as (rows · heads, keys). */
function inOrder(blocks: Float32Array, lines: number, keys: number, headDim: number): Float32Array {
  const out = new Float32Array(lines * keys);
  for (let from = 0; from < keys; from += headDim)
    for (let line = 0; line < lines; line++) {
      const at = from * lines + line * headDim;
      out.set(blocks.subarray(at, at + Math.min(headDim, keys - from)), line * keys + from);
    }
  return out;
}

/** The logits that final norm and head read in streams, a row at a time as for the text's own last token. */
export async function read(
  session: Session,
  parts: SessionParts,
  streams: readonly Stream[],
): Promise<readonly Float32Array[]> {
  const { ctx, config, pass: made, activations: a, slots, mostRows, mostPlaces, staging } = parts;
  const { width, vocab, norm } = config;
  for (const stream of streams)
    if (stream.length !== width) throw new RangeError(`a stream of ${stream.length} numbers in a model of ${width}`);
  const weights = partsOf(ctx, config, made.weights);
  const headName = config.tied ? 'token_embedding' : 'head.weight';
  const scale = scalesOf(config).logits;
  const cap = config.softCap?.logits ?? null;
  const [alone, head, scaled, capped] = await Promise.all([
    createResidualNorm(ctx, { delta: false, kind: norm.kind, bias: norm.kind === 'layernorm' }),
    weights.linear([headName]),
    inPlace(ctx, 'scale', scale !== 1),
    inPlace(ctx, 'clamp', cap !== null),
  ]);
  const most = Math.min(mostRows, mostPlaces, 8);
  const out: Float32Array[] = [];
  for (let from = 0; from < streams.length; from += most) {
    const some = streams.slice(from, from + most);
    const bytes = 4 * some.length * vocab;
    const read = await session.inTurn(async () => {
      const free = slots.mark();
      try {
        some.forEach((stream, i) => ctx.device.queue.writeBuffer(a.x, 4 * i * width, Float32Array.from(stream)));
        const size = { rows: some.length, width, epsilon: norm.epsilon };
        const calls = [
          alone.call({ x: a.x, y: a.y, ...weights.normed('final_norm') }, size, slots),
          ...some.flatMap((_, i) =>
            head(headName, { x: a.y, y: a.logits }, { rows: 1, xAt: i * width, yAt: i * vocab }, slots),
          ),
          ...scaled(a.logits, some.length * vocab, slots, scale),
          ...capped(a.logits, some.length * vocab, slots, cap ?? undefined),
        ];
        slots.flush();
        const encoder = ctx.device.createCommandEncoder({ label: 'read streams' });
        record(encoder, calls);
        encoder.copyBufferToBuffer(a.logits, 0, staging, 0, bytes);
        ctx.submit(encoder.finish());
        return await readStaging(ctx, staging, bytes);
      } finally {
        slots.release(free);
      }
    });
    some.forEach((_, i) => out.push(new Float32Array(read, 4 * i * vocab, vocab)));
  }
  return out;
}

function record(encoder: GPUCommandEncoder, calls: readonly Call[]): void {
  if (calls.length === 0) return;
  const pass = encoder.beginComputePass();
  for (const call of calls) encode(pass, call);
  pass.end();
}
