import { describe, expect, it } from 'vitest';
import { goldenFiles, goldenIds, goldenModel, type GoldenId } from '../models/networks/golden.ts';
import { architectureOf } from './architectures/index.ts';
import type { Checkpoint, TensorEntry } from './checkpoint.ts';
import { shown } from './error.ts';
import type { TransformerConfig } from './transformerConfig.ts';
import { headName, weightNames } from './weightNames.ts';
import { partRange, readPart } from './weightPart.ts';
import { resolveHead, weightPlan } from './weightPlan.ts';

const edit = (checkpoint: Checkpoint, change: (tensors: Map<string, TensorEntry>) => void): Checkpoint => {
  const tensors = new Map(checkpoint.tensors);
  change(tensors);
  return { ...checkpoint, tensors };
};
const rename = (checkpoint: Checkpoint, to: (name: string) => string) =>
  edit(checkpoint, (tensors) => {
    const all = [...tensors.values()];
    tensors.clear();
    for (const entry of all) tensors.set(to(entry.name), { ...entry, name: to(entry.name) });
  });
const added = (name: string, shape: number[] = [1]): TensorEntry => ({
  name,
  shape,
  dtype: 'F32',
  file: 'model.safetensors',
  begin: 8,
  end: 8 + 4 * shape.reduce((a, b) => a * b, 1),
});

describe.each(goldenIds)('the plan for %s', (id) => {
  const { config, checkpoint } = goldenFiles(id);
  const plan = weightPlan(config, checkpoint);
  // Without the vision part of a model that sees pictures too.
  const beside = architectureOf(config.architecture).within?.rest;
  const own = [...checkpoint.tensors.keys()].filter((name) => !beside?.test(name));
  it('covers every row of every weight once, in order, and uses every tensor', () => {
    for (const { parts, rows } of plan) {
      let reached = 0;
      for (const part of parts) {
        expect(part.rowAt).toBe(reached);
        reached += part.rows;
      }
      expect(reached).toBe(rows);
    }
    expect(new Set(plan.flatMap((w) => w.parts.map((p) => p.entry.name)))).toEqual(new Set(own));
    expect(own.length < checkpoint.tensors.size).toBe(id === 'gemma3-pictures');
    expect(new Set(plan.map((w) => w.name)).size).toBe(plan.length);
    expect(plan.some((w) => w.name === 'head.weight')).toBe(!config.tied);
  });
  it('is the same without the prefix of the names', () => {
    const bare = weightPlan(
      config,
      rename(checkpoint, (name) => name.replace(/^(model|transformer|language_model\.model)\./, '')),
    );
    expect(bare.map((w) => [w.name, w.parts.map((p) => p.entry.begin)])).toEqual(
      plan.map((w) => [w.name, w.parts.map((p) => p.entry.begin)]),
    );
  });
  it('names any tensor that is missing, mis-shaped or of an unreadable type', () => {
    // The embedding tells the naming, so without it the message is another.
    for (const name of own.slice(1)) {
      const without = edit(checkpoint, (t) => t.delete(name));
      expect(() => weightPlan({ ...config, tied: false }, without), name).toThrow(/^the weights have no tensor/);
      const entry = checkpoint.tensors.get(name)!;
      const withThis = (change: Partial<TensorEntry>) => () =>
        weightPlan(
          config,
          edit(checkpoint, (t) => t.set(name, { ...entry, ...change })),
        );
      const wider = [...entry.shape.slice(0, -1), entry.shape.at(-1)! + 1];
      expect(withThis({ shape: wider }), name).toThrow(`tensor ${shown(name)} has the shape`);
      expect(withThis({ dtype: 'I32' }), name).toThrow(`tensor ${shown(name)} is stored as I32`);
      expect(withThis({ end: entry.end - 1 }), name).toThrow(/but \d+ are given/);
    }
  });
});

it('block formats fill rows of matrices, and only those', () => {
  const { config, checkpoint } = asGguf('llama');
  const as = (name: string, dtype: TensorEntry['dtype'], bytes: number) =>
    edit(checkpoint, (t) => t.set(name, { ...t.get(name)!, dtype, end: t.get(name)!.begin + bytes }));
  const [matrix, vector, ragged] = ['blk.0.attn_output.weight', 'blk.0.attn_norm.weight', 'blk.0.ffn_down.weight'];
  expect(
    weightPlan(config, as(matrix, 'Q8_0', 32 * 34)).find((w) => w.name === 'layers.0.output.weight')!.parts[0]!.entry
      .dtype,
  ).toBe('Q8_0');
  expect(() => weightPlan(config, as(matrix, 'Q8_0', 31 * 34))).toThrow('needs 1088 bytes, but 1054 are given');
  expect(() => weightPlan(config, as(vector, 'Q8_0', 34))).toThrow(
    '"blk.0.attn_norm.weight" has rows of 1 numbers, but Q8_0 stores blocks of 32',
  );
  expect(() => weightPlan(config, as(ragged, 'Q4_K', 144 * 9))).toThrow(
    'rows of 72 numbers, but Q4_K stores blocks of 256',
  );
});

describe('the output head', () => {
  const tied = goldenFiles('smollm2');
  const untied = goldenFiles('llama');
  it('is used where the files hold one, whatever the configuration says', () => {
    const both = edit(tied.checkpoint, (t) => t.set('lm_head.weight', added('lm_head.weight', [113, 48])));
    expect(resolveHead(tied.config, both).tied).toBe(false);
    expect(weightPlan(tied.config, both).at(-1)).toMatchObject({ name: 'head.weight', rows: 113, cols: 48 });
    expect(resolveHead({ ...untied.config, tied: true }, untied.checkpoint)).toEqual(untied.config);
  });
  it('is missed where the configuration asks for one', () => {
    expect(resolveHead({ ...tied.config, tied: false }, tied.checkpoint).tied).toBe(false);
    expect(() => weightPlan({ ...tied.config, tied: false }, tied.checkpoint)).toThrow(
      'no tensor "lm_head.weight", needed for head.weight',
    );
  });
});

describe('tensors without a use', () => {
  const { config, checkpoint } = goldenFiles('gpt2');
  it.each(['transformer.h.0.attn.bias', 'h.11.attn.masked_bias', 'model.layers.0.self_attn.rotary_emb.inv_freq'])(
    '%s is known to be harmless',
    (name) => {
      expect(
        weightPlan(
          config,
          edit(checkpoint, (t) => t.set(name, { ...added(name, [1, 1, 8, 8]), dtype: 'BOOL', end: 72 })),
        ).length,
      ).toBe(weightPlan(config, checkpoint).length);
    },
  );
  it.each([
    'score.weight',
    'transformer.h.2.ln_1.weight',
    'transformer.h.0.attn.c_attn.weight_scale',
    'transformer.h.0.crossattention.c_attn.weight',
    'bias',
    'rope_freqs.weight',
  ])('%s is refused', (name) => {
    expect(() =>
      weightPlan(
        config,
        edit(checkpoint, (t) => t.set(name, added(name))),
      ),
    ).toThrow(`the weights hold the tensor "${name}", which a gpt2 model`);
  });
  it('a bias that the configuration does not have is refused', () => {
    const llama = goldenFiles('llama');
    const name = 'model.layers.0.self_attn.q_proj.bias';
    expect(() =>
      weightPlan(
        llama.config,
        edit(llama.checkpoint, (t) => t.set(name, added(name, [32]))),
      ),
    ).toThrow(name);
  });
  it('says what the first tensor is when nothing is known', () => {
    expect(() =>
      weightPlan(
        config,
        edit(checkpoint, (t) => {
          t.clear();
          t.set('unet.conv', added('unet.conv'));
        }),
      ),
    ).toThrow(
      'no tensor "transformer.wte.weight", which a gpt2 model starts with; they hold 1 tensors, the first is "unet.conv"',
    );
  });
});

function shapeOf(kind: 'matrix' | 'vector', rows: number, cols: number, groups?: number, flat?: true): number[] {
  if (kind === 'vector') return [rows];
  if (flat) return [cols];
  return groups === undefined ? [rows, cols] : [groups, rows / groups, cols];
}

/**
 * The golden weights as llama.cpp's converter names and arranges them: [out, in] always, rotary pairs side by side.
 */
function asGguf(id: GoldenId): {
  config: TransformerConfig;
  checkpoint: Checkpoint;
  bytes: Uint8Array;
  weights: ReadonlyMap<string, Float32Array>;
} {
  const { config, weights } = goldenModel(id);
  const tensors = new Map<string, TensorEntry>();
  const chunks: Float32Array[] = [];
  const order: string[] = [];
  let at = 0;
  for (const { name, kind, cols, from } of weightNames(config, { kind: 'gguf' })) {
    let row = 0;
    for (const { tensor, rows, gather, groups, flat, of = rows } of from) {
      const own = weights.get(name)!.slice(row * cols, (row + rows) * cols);
      // convert_hf_to_gguf.py: reshape(heads, 2, headDim/2, …).swapaxes(1, 2), for q_proj and k_proj of llama and its heirs.
      if (
        /attn_[qk]\.(weight|bias)$/.test(tensor) &&
        ['llama', 'mistral', 'mixtral', 'granite', 'smollm3'].includes(config.architecture)
      ) {
        const source = own.slice();
        const half = config.headDim / 2;
        let to = 0;
        for (let head = 0; head < rows / config.headDim; head++)
          for (let j = 0; j < half; j++)
            for (const side of [0, 1]) {
              const r = head * config.headDim + side * half + j;
              own.set(source.subarray(r * cols, (r + 1) * cols), to++ * cols);
            }
      }
      row += rows;
      // Tensors that several parts share come as they lie: each part goes to its rows.
      const there = tensors.get(tensor);
      const stored = there ? chunks[order.indexOf(tensor)]! : new Float32Array(of * cols);
      for (let r = 0; r < rows; r++) {
        const inGroup = gather ? r % gather.size : 0;
        const to = gather
          ? Math.floor(r / gather.size) * gather.stride + gather.offset + (gather.order?.[inGroup] ?? inGroup)
          : r;
        stored.set(own.subarray(r * cols, (r + 1) * cols), to * cols);
      }
      if (there) continue;
      tensors.set(tensor, {
        name: tensor,
        dtype: 'F32',
        shape: shapeOf(kind, of, cols, groups, flat),
        file: 'model.gguf',
        begin: at,
        end: at + stored.byteLength,
      });
      chunks.push(stored);
      order.push(tensor);
      at += stored.byteLength;
    }
  }
  const bytes = new Uint8Array(at);
  let to = 0;
  for (const chunk of chunks) {
    bytes.set(new Uint8Array(chunk.buffer), to);
    to += chunk.byteLength;
  }
  return { config, weights, bytes, checkpoint: { files: [{ name: 'model.gguf', bytes: at }], tensors } };
}

describe.each(goldenIds)('%s named and arranged as in GGUF', (id) => {
  const { config, checkpoint, bytes, weights } = asGguf(id);
  it('is read back to the same weights, in blocks of any size', () => {
    const plan = weightPlan(config, checkpoint);
    expect(plan.map((w) => w.name)).toEqual([...weights.keys()]);
    for (const size of [1, 5, 1000]) {
      for (const { name, rows, cols, parts } of plan) {
        const whole = new Float32Array(rows * cols);
        for (const part of parts) {
          for (let first = 0; first < part.rows; first += size) {
            const count = Math.min(size, part.rows - first);
            const { begin, end } = partRange(part, first, count);
            readPart(
              part,
              bytes.slice(begin, end),
              first,
              count,
              whole.subarray((part.rowAt + first) * cols, (part.rowAt + first + count) * cols),
            );
          }
        }
        expect(
          whole.every((v, i) => v === weights.get(name)![i]),
          name,
        ).toBe(true);
      }
    }
  });
  it('without an output tensor it is tied', () => {
    const head = headName(config, { kind: 'gguf' });
    expect(
      resolveHead(
        { ...config, tied: false },
        edit(checkpoint, (t) => t.delete(head)),
      ).tied,
    ).toBe(true);
    expect(resolveHead({ ...config, tied: true }, checkpoint).tied).toBe(config.tied);
  });
});

it('rope_freqs is for a configuration with llama3 scaling only', () => {
  for (const [id, fine] of [
    ['llama3-gqa', true],
    ['llama', false],
  ] as const) {
    const { config, checkpoint } = asGguf(id);
    const plan = () =>
      weightPlan(
        config,
        edit(checkpoint, (t) => t.set('rope_freqs.weight', added('rope_freqs.weight', [4]))),
      );
    if (fine) expect(plan().length).toBeGreaterThan(10);
    else expect(plan).toThrow('"rope_freqs.weight"');
  }
});
