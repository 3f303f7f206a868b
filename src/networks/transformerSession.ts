import type { TransformerConfig } from '../formats/transformerConfig.ts';
import type { GpuContext } from '../gpu/device.ts';
import { encode, type Call } from '../gpu/kernel.ts';
import type { UniformSlots } from '../gpu/slots.ts';
import { MOST_ROWS } from '../kernels/linear/rowDots.ts';
import {
  DRAW_MARGIN,
  drawReference,
  packDraws,
  readDrawn,
  type Topk,
  type TopkDrawn,
} from '../kernels/sampling/topk.ts';
import type { DrawParams } from '../math/reference/draw.ts';
import { assertEarly } from '../models/networks/earlyLayers.ts';
import type { Holdings } from './holdings.ts';
import type { KvCache } from './kvCache.ts';
import { readStaging } from './readStaging.ts';
import { linesOf, type Line } from './transformerLines.ts';
import { passSlots, type Activations, type PassShape } from './transformerParts.ts';
import type { Pass } from './transformerPass.ts';
import type { PassAnswer, PassOptions, PassRow, TransformerSession } from './transformerTypes.ts';

/** What a session is made of; it owns `cache` and `hold`. */
export interface SessionParts {
  readonly ctx: GpuContext;
  readonly config: TransformerConfig;
  readonly context: number;
  readonly cache: KvCache;
  readonly pass: Pass;
  readonly topk: Topk;
  readonly activations: Activations;
  readonly draw: Readonly<Record<'params' | 'stats' | 'blocks' | 'candidates' | 'out', GPUBuffer>>;
  readonly slots: UniformSlots;
  readonly staging: GPUBuffer;
  readonly mostRows: number;
  readonly mostPlaces: number;
  readonly splits: number;
  readonly splitRows: number;
  readonly hold: Holdings;
}

/** Sequences of one transformer on the GPU; createTransformer makes it. */
export class Session implements TransformerSession {
  readonly config: TransformerConfig;
  readonly context: number;
  readonly #p: SessionParts;
  /** Recorded passes by shape: a token's pass is made once and replayed. */
  readonly #recorded = new Map<string, readonly Call[]>();
  #turn: Promise<unknown> = Promise.resolve();
  #destroyed = false;
  dispatchesPerToken = 0;

  constructor(parts: SessionParts) {
    this.#p = parts;
    this.config = parts.config;
    this.context = parts.context;
  }

  /** One task at a time: the activations are shared. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => {
      if (this.#destroyed) throw new Error('this session was destroyed');
      this.#p.ctx.assertReady();
      return task();
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  open(from?: number): Promise<number> {
    return this.inTurn(async () => {
      const { slot, grown } = await this.#p.cache.open(from);
      if (grown) this.#forget();
      return slot;
    });
  }
  length(sequence: number): number {
    return this.#p.cache.length(sequence);
  }
  rollback(sequence: number, length: number): void {
    if (length > this.length(sequence))
      throw new RangeError(`sequence ${sequence} has ${this.length(sequence)} tokens, not ${length}`);
    this.#p.cache.setLength(sequence, length);
  }
  release(sequence: number): void {
    this.#p.cache.release(sequence);
  }
  #forget(): void {
    this.#recorded.clear();
    this.#p.slots.release(0);
  }

  forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer> {
    return this.inTurn(() => this.#forward(rows, options));
  }

  async #forward(rows: readonly PassRow[], options: PassOptions): Promise<PassAnswer> {
    const { early } = options;
    assertEarly(early ?? [], this.config.layers);
    if (early && options.draw) throw new RangeError('a pass that draws does not tell of early layers');
    const rowsOfPlace = 1 + (early?.length ?? 0);
    if (rowsOfPlace > this.#p.mostPlaces)
      throw new RangeError(
        `At most ${this.#p.mostPlaces - 1} layers of this model can be read early at once, not ${rowsOfPlace - 1}.`,
      );
    const lines = linesOf(rows, options.want, this);
    const { width, vocab } = this.config;
    if (options.draw && (options.draw.length !== rows.length || options.want !== 'last'))
      throw new RangeError('a pass draws once for each row, after its last token');
    // More rows than the kernel's buffers hold are drawn by whoever asked.
    const draw = rows.length <= MOST_ROWS ? options.draw : undefined;
    const logits: Float32Array[][] = rows.map(() => []);
    const hidden: Float32Array[][] = rows.map(() => []);
    const layers: Float32Array[][][] = rows.map(() => []);
    let drawn: TopkDrawn[] | undefined;
    for (let at = 0; at < lines.length;) {
      let end = at;
      let places = 0;
      while (
        end < lines.length &&
        end - at < this.#p.mostRows &&
        (places + Number(lines[end]!.wanted)) * rowsOfPlace <= this.#p.mostPlaces
      )
        places += Number(lines[end++]!.wanted);
      const part = lines.slice(at, end);
      const last = end === lines.length;
      // A prompt is drawn from after its last part; rows of several parts wait for theirs in vain, so a draw is made in
      // one.
      const answer = await this.#pass(
        part,
        options,
        last && part.filter((l) => l.wanted).length === rows.length ? draw : undefined,
      );
      part
        .filter((l) => l.wanted)
        .forEach(({ row }, i) => {
          const at = (place: number) => answer.logits!.subarray(place * vocab, (place + 1) * vocab);
          if (answer.logits) logits[row]!.push(at(i));
          if (early) layers[row]!.push(early.map((_, k) => at((1 + k) * places + i)));
        });
      if (answer.hidden)
        part.forEach((l, i) => {
          if (options.hidden === 'all' || l.wanted)
            hidden[l.row]!.push(answer.hidden!.slice(i * width, (i + 1) * width));
        });
      drawn = answer.drawn ?? drawn;
      at = end;
    }
    if (draw && !drawn) drawn = logits.map(([row], i) => exact(row!, draw[i]!));
    for (const { sequence, tokens } of rows) this.#p.cache.setLength(sequence, this.length(sequence) + tokens.length);
    return { logits, ...(options.hidden && { hidden }), ...(early && { early: layers }), ...(drawn && { drawn }) };
  }

  #record(shape: PassShape, keep: boolean): readonly Call[] {
    const key = `${shape.early?.join() ?? ''}|${shape.rows}|${shape.attention}|${shape.runs.map((r) => `${r.from}+${r.count}`).join()}`;
    const known = this.#recorded.get(key);
    if (known) return known;
    const { pass, activations, cache, slots, config } = this.#p;
    // Room for one more pass must always be left for those that are not kept.
    if (keep && slots.free < 3 * passSlots(config)) this.#forget();
    const calls = pass.calls(activations, cache, shape, slots);
    if (keep) this.#recorded.set(key, calls);
    return calls;
  }

  async #pass(
    lines: readonly Line[],
    { hidden, early, onPass }: Pick<PassOptions, 'hidden' | 'early' | 'onPass'>,
    draw: readonly DrawParams[] | undefined,
  ): Promise<{ logits?: Float32Array; hidden?: Float32Array; drawn?: TopkDrawn[] }> {
    const { ctx, activations: a, slots, topk, staging } = this.#p;
    const { vocab, width } = this.config;
    const { device } = ctx;
    const words = new Uint32Array(lines.length * 4);
    lines.forEach((l, i) => words.set([l.token, l.slot, l.position, 0], i * 4));
    device.queue.writeBuffer(a.rows, 0, words);
    const runs: { from: number; count: number }[] = [];
    lines.forEach((l, i) => {
      const run = runs.at(-1);
      if (!l.wanted) return;
      if (run && run.from + run.count === i) run.count++;
      else runs.push({ from: i, count: 1 });
    });
    const sequences = new Set(lines.map((l) => l.slot)).size;
    const places = lines.filter((l) => l.wanted).length;
    // Few keys per query to share: every row walks its own. Many rows of one sequence share what they load.
    const attention = lines.length <= MOST_ROWS || lines.length <= 2 * sequences ? 'decode' : 'prefill';
    const shape: PassShape = {
      rows: lines.length,
      attention,
      splits: lines.length <= this.#p.splitRows ? this.#p.splits : 1,
      runs,
      early,
    };
    const keep = attention === 'decode';
    const mark = slots.mark();
    const calls = this.#record(shape, keep);
    const after = keep ? slots.mark() : mark;
    const draws = draw ? topk.call({ logits: a.logits, ...this.#p.draw }, { rows: places, vocab }, slots) : [];
    if (draw) device.queue.writeBuffer(this.#p.draw.params, 0, packDraws(draw));
    slots.flush();
    const head = draw ? draw.length * 48 : places * (1 + (early?.length ?? 0)) * vocab * 4;
    const hiddenBytes = hidden ? lines.length * width * 4 : 0;
    onPass?.({ calls: [...calls, ...draws], answer: { buffer: draw ? this.#p.draw.out : a.logits, bytes: head } });
    const encoder = device.createCommandEncoder({ label: 'forward' });
    const pass = encoder.beginComputePass({ label: 'forward' });
    for (const call of calls) encode(pass, call);
    for (const call of draws) encode(pass, call);
    pass.end();
    if (lines.length === sequences && lines.length <= MOST_ROWS) this.dispatchesPerToken = calls.length + draws.length;
    if (head > 0) encoder.copyBufferToBuffer(draw ? this.#p.draw.out : a.logits, 0, staging, 0, head);
    if (hiddenBytes > 0) encoder.copyBufferToBuffer(a.y, 0, staging, head, hiddenBytes);
    ctx.submit(encoder.finish());
    slots.release(after);
    if (head + hiddenBytes === 0) return {};
    const bytes = await this.#read(head + hiddenBytes);
    const states = hiddenBytes > 0 ? { hidden: new Float32Array(bytes, head, hiddenBytes / 4) } : {};
    if (!draw) return { logits: new Float32Array(bytes, 0, head / 4), ...states };
    const drawn = readDrawn(bytes.slice(0, head), draw.length);
    const close = drawn.findIndex((d) => !(d.margin >= DRAW_MARGIN)) >= 0;
    const settled = close ? await this.#again(drawn, draw) : drawn;
    // Whoever draws from logits looks at each of them; here their sums tell.
    for (const { logSumExp, entropy } of settled)
      if (!Number.isFinite(logSumExp + entropy))
        throw new Error(
          'The model gave logits that are not finite: no distribution can be made of them. Reload the weights, or try f32 instead of a reduced precision.',
        );
    return { drawn: settled, ...states };
  }

  /** Float32 may have decided a draw: it is made again in float64, from the same logits. */
  async #again(drawn: readonly TopkDrawn[], draw: readonly DrawParams[]): Promise<TopkDrawn[]> {
    const { ctx, activations: a, staging } = this.#p;
    const bytes = drawn.length * this.config.vocab * 4;
    const encoder = ctx.device.createCommandEncoder({ label: 'close draw' });
    encoder.copyBufferToBuffer(a.logits, 0, staging, 0, bytes);
    ctx.submit(encoder.finish());
    const logits = new Float32Array(await this.#read(bytes));
    const { vocab } = this.config;
    return drawn.map((d, i) =>
      d.margin >= DRAW_MARGIN ? d : exact(logits.subarray(i * vocab, (i + 1) * vocab), draw[i]!),
    );
  }

  #read(bytes: number): Promise<ArrayBuffer> {
    return readStaging(this.#p.ctx, this.#p.staging, bytes);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#recorded.clear();
    this.#p.cache.destroy();
    this.#p.hold.destroy();
  }
}

const exact = (logits: Float32Array, params: DrawParams): TopkDrawn => {
  const drawn = drawReference(logits, params);
  return { ...drawn, margin: 1, logSumExp: logits[drawn.token]! - drawn.logProbability };
};
