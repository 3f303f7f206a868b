import type { CacheTypes } from '../../core/cacheFormat.ts';
import type { TransformerConfig } from '../../formats/transformerConfig.ts';
import type { SequenceState } from '../../models/networks/sequenceCache.ts';
import { createTransformerReference, type TransformerReference } from '../../models/networks/transformer.ts';
import type { LookAnswer, LookingSession, PassAnswer, PassOptions, PassRow } from '../../networks/transformerTypes.ts';

/** Weights of a model on the processor, written as TransformerWeights are. */
export class CpuWeights {
  readonly arrays = new Map<string, Float32Array>();
  readonly bytes: number;
  readonly parameters: number;
  readonly #cols = new Map<string, number>();
  constructor(plan: readonly { readonly name: string; readonly rows: number; readonly cols: number }[]) {
    this.parameters = plan.reduce((n, s) => n + s.rows * s.cols, 0);
    this.bytes = this.parameters * 4;
    for (const { name, rows, cols } of plan) {
      this.arrays.set(name, new Float32Array(rows * cols));
      this.#cols.set(name, cols);
    }
  }
  bytesOf(name: string): number {
    return this.arrays.get(name)?.byteLength ?? 0;
  }
  write(name: string, first: number, values: Float32Array): void {
    this.arrays.get(name)!.set(values, first * this.#cols.get(name)!);
  }
  destroy(): void {
    this.arrays.clear();
  }
}

const references = new WeakMap<CpuWeights, TransformerReference>();

/** The float64 reference as a session: exact, slow, and available without a GPU. */
export function createCpuSession(
  config: TransformerConfig,
  weights: CpuWeights,
  context: number,
  cache?: CacheTypes,
): LookingSession {
  const model = references.get(weights) ?? createTransformerReference(config, weights.arrays);
  references.set(weights, model);
  const open = new Map<number, { state: SequenceState }>();
  let next = 0;
  const of = (id: number) => {
    const found = open.get(id);
    if (!found) throw new RangeError(`sequence ${id} is not open`);
    return found;
  };
  return {
    config,
    context: Math.min(context, config.context),
    dispatchesPerToken: 0,
    open: (from) => {
      open.set(next, { state: from === undefined ? model.start(cache) : of(from).state.fork() });
      return Promise.resolve(next++);
    },
    length: (id) => of(id).state.length,
    rollback: (id, length) => of(id).state.rollback(length),
    release: (id) => {
      of(id);
      open.delete(id);
    },
    async forward(rows: readonly PassRow[], { want, hidden, early }: PassOptions): Promise<PassAnswer> {
      const logits: Float32Array[][] = [];
      const states: Float32Array[][] = [];
      const layers: Float32Array[][][] = [];
      for (const { sequence, tokens } of rows) {
        // Messages are handled between two rows, so that Stop takes effect.
        await new Promise((resolve) => setTimeout(resolve, 0));
        const answer = model.forward(of(sequence).state, tokens, {
          last: want === 'last' && hidden !== 'all',
          ...(early && { early }),
        });
        const wanted = want === 'last' ? answer.logits.slice(-1) : answer.logits;
        logits.push(wanted.map((l) => Float32Array.from(l)));
        if (early)
          layers.push(answer.early!.slice(-wanted.length).map((place) => place.map((l) => Float32Array.from(l))));
        if (hidden)
          states.push(
            (hidden === 'all' ? answer.hidden : answer.hidden.slice(-wanted.length)).map((h) => Float32Array.from(h)),
          );
      }
      return { logits, ...(hidden && { hidden: states }), ...(early && { early: layers }) };
    },
    look(id, tokens, layer, rows = 64): Promise<LookAnswer> {
      if (!Number.isInteger(layer) || layer < 0 || layer >= config.layers)
        throw new RangeError(`there is no layer ${layer}: the model has ${config.layers}`);
      const { state } = of(id);
      const streams: Float64Array[] = [];
      const first = Math.max(state.length, state.length + tokens.length - rows);
      const keys = state.length + tokens.length;
      const weights = new Float32Array((keys - first) * config.heads * keys);
      const start = state.length;
      const { logits } = model.forward(state, tokens, {
        last: true,
        watch: {
          stream: (_, x) => void streams.push(x.slice(-config.width)),
          attention(of, row, head, from, given) {
            const query = start + row - first;
            if (of === layer && query >= 0) weights.set(given, (query * config.heads + head) * keys + from);
          },
        },
      });
      return Promise.resolve({
        streams,
        logits: Float32Array.from(logits[0]!),
        attention: { layer, first, rows: keys - first, keys, weights },
        bytes: 0,
      });
    },
    read: (streams) =>
      Promise.resolve(streams.map((s) => Float32Array.from(model.read(Float64Array.from(s)).logits[0]!))),
    destroy: () => open.clear(),
  };
}
