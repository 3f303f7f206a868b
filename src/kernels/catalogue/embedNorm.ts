import { residualNorm } from '../../math/reference/residualNorm.ts';
import { type WeightFormat, weightFormats } from '../../core/weightFormat.ts';
import { createEmbedNormVersion, type EmbedNormVersion } from '../norm/embedNorm.ts';
import { bits, signal, weights } from './inputs.ts';
import { assemble, checkShape, versionsOf, whole } from './harness.ts';
import { bytesOf, formatTitle } from './packedLinear.ts';
import type { Dim, Family, Shape } from './types.ts';

const of = (rows: number, width: number, vocab: number): Shape => ({ rows, width, vocab });
const CONTEXT = 1024;

/** Bytes that four numbers of the table ask for, with their scale: int4's are halves of a word. */
const quadBytes: Readonly<Record<WeightFormat, number>> = { f32: 16, f16: 8, int8: 4 + 4, int4: 4 + 4 };
function scaleBytes(format: WeightFormat, width: number): number {
  if (format === 'int8') return 4;
  return format === 'int4' ? width / 16 : 0;
}
/** Loads and stores of x and y: the sum stored, read for the variance and for the result. */
const passes: Readonly<Record<string, number>> = { '1.tree': 4, '2.lanes': 4 };

/** f32 as GPT-2 has it, with learned positions, LayerNorm and bias; the packed formats as Llama’s, with RMSNorm. */
function family(format: WeightFormat): Family {
  const gpt = format === 'f32';
  const kind = gpt ? 'layernorm' : 'rmsnorm';
  const id = `embed_norm_${format}`;
  const epsilon = 1e-5;
  const unit = format === 'int4' ? 32 : 8;
  const dims: readonly Dim[] = [
    { name: 'rows', label: 'tokens', min: 1, max: 16_384 },
    { name: 'width', label: 'columns', min: unit, max: 16_384, multiple: unit },
    { name: 'vocab', label: 'rows of the table', min: 1, max: 262_144 },
  ];
  return {
    id,
    group: 'norm',
    tunes: 'embed_norm',
    dims,
    title: `Token embedding and its ${gpt ? 'LayerNorm' : 'RMSNorm'}, ${formatTitle[format]}`,
    summary: `x = embedding of the token${gpt ? ' + of its position' : ''}, and the first block’s norm of it. The first kernel of every pass of a language model.`,
    versions: versionsOf('embed_norm'),
    shapes: [
      { label: 'sotu, 256 tokens', shape: of(256, 192, 4096) },
      { label: 'sotu, 1 token', shape: of(1, 192, 4096) },
      { label: 'countdown, 8 branches', shape: of(8, 128, 32) },
      ...(gpt || format === 'f16' ? [] : [{ label: 'GPT-2’s table, 128 tokens', shape: of(128, 768, 50_257) }]),
      { label: '256×1024', shape: of(256, 1024, 4096) },
    ],
    edges: [of(1, 32, 1), of(5, 64, 3), of(3, 96, 7), of(4, 256, 30), of(67, 288, 30), of(9, 416, 30)],
    // Tokens and places that several rows name are read once.
    work({ rows, width, vocab }) {
      const data = bytesOf(format, width!);
      const scales = scaleBytes(format, width!);
      return {
        flops: (gpt ? 8 : 4) * rows! * width!,
        bytes:
          rows! * (16 + 8 * width!) +
          Math.min(rows!, vocab!) * (data + scales) +
          (gpt ? 4 * width! * Math.min(rows!, CONTEXT) : 0) +
          (gpt ? 8 : 4) * width!,
      };
    },
    // Table; positions; x and y; weight and bias.
    moves: (version, { rows, width }) =>
      rows! * width! * (quadBytes[format] / 4 + 4 * ((passes[version] ?? NaN) + (gpt ? 3 : 1))),
    prepare(ctx, slots, version, shape) {
      return assemble(ctx, slots, async (harness) => {
        checkShape(id, dims, shape);
        const rows = shape.rows!;
        const width = shape.width!;
        const vocab = shape.vocab!;
        const count = rows * width;
        const kernel = await createEmbedNormVersion(ctx, version as EmbedNormVersion, {
          format,
          kind,
          position: gpt,
          bias: gpt,
        });
        const packed = weights(format, vocab, width, 3);
        const tokens = bits(rows, 4).map((w) => w % vocab);
        const places = bits(rows, 5).map((w) => w % CONTEXT);
        const data = {
          positions: signal(gpt ? CONTEXT * width : 4, 6),
          weight: signal(width, 7).map((v) => 1 + v),
          bias: signal(width, 8),
        };
        const buffers = {
          rows: await harness.input(
            'rows',
            Uint32Array.from({ length: 4 * rows }, (_, i) => [tokens[i >> 2]!, 99, places[i >> 2]!, 0][i & 3]!),
          ),
          table: await harness.input('table', packed.data),
          ...(packed.scales && { scales: await harness.input('scales', packed.scales) }),
          positions: await harness.input('positions', data.positions),
          weight: await harness.input('weight', data.weight),
          bias: await harness.input('bias', data.bias),
          x: await harness.output('x', count),
          y: await harness.output('y', count),
        };
        const expected = (part: 'x' | 'y') => () => {
          const x = new Float64Array(count);
          tokens.forEach((token, r) =>
            packed.row(token).forEach((v, c) => {
              x[r * width + c] = v + (gpt ? data.positions[places[r]! * width + c]! : 0);
            }),
          );
          return whole(
            residualNorm(x, undefined, rows, width, {
              kind,
              epsilon,
              weight: data.weight,
              ...(gpt && { bias: data.bias }),
            })[part],
          );
        };
        return {
          record: () => [kernel.call(buffers, { rows, width, epsilon, chunkRows: vocab }, slots)],
          outputs: [
            { name: 'x', buffer: buffers.x, at: 0, count, type: 'f32', tolerance: 5e-7, expected: expected('x') }, // one multiplication and one addition of numbers up to 2
            { name: 'y', buffer: buffers.y, at: 0, count, type: 'f32', tolerance: 2e-5, expected: expected('y') },
          ],
        };
      });
    },
  };
}

/** embed_norm_f32, embed_norm_f16, embed_norm_int8 and embed_norm_int4. */
export const embedNorm: readonly Family[] = weightFormats.map(family);
