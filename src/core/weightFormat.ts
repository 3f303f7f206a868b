/**
 * How a linear layer's weights lie in a GPU buffer, (rows, cols) by rows:
 *   f32   array<f32>
 *   f16   two binary16 a word, low half first
 *   int8  four signed bytes a word, low byte first; weight = q·scale[row], q in −127…127, one f32 scale a row
 * int4  eight nibbles a word, low nibble first; weight = (nibble − 8)·scale[row, col / 32]; scales are f16, two a word,
 *       by flat index
 */
export type WeightFormat = 'f32' | 'f16' | 'int8' | 'int4';
export const weightFormats: readonly WeightFormat[] = ['f32', 'f16', 'int8', 'int4'];

/** Columns that share an int4 scale. */
export const INT4_GROUP = 32;

/**
 * GGUF's block types as they lie on the GPU: the file's own bits, put in another order once, so that every word starts
 * at a word. `data` has `words` words for each group of 32 columns of a row, group by group; `scales` has `scaleWords`
 * words for each `scaleBlocks` blocks. Both are by flat index over the rows: a row's place needs no division.
 *
 * A group of `data`, column 0 in the lowest bits of its first word:
 *   4-bit types   four words of eight nibbles; 5-bit ones a fifth word with the columns' highest bits
 *   Q6_K          four words of nibbles, two of the two high bits;  Q2_K two words of 2 bits;  Q3_K a third of the mask
 *   Q8_0          eight words of signed bytes;  BF16 sixteen words of two
 * A unit of `scales`, low half first:
 *   Q8_0 Q4_0 Q5_0 IQ4_NL  d of two blocks;  Q4_1 Q5_1 d, m;  MXFP4 four exponents
 *   Q4_K Q5_K     d, dmin · low nibbles of 8 scales · of 8 minima · the high pairs of the scales, then of the minima
 *   Q2_K          d, dmin · 16 bytes: scale in the low nibble, minimum in the high one
 *   Q3_K          twice: low nibbles of 16 scales in two words, their high pairs in one; then d of both blocks
 *   Q6_K          twice: 16 signed bytes of scales; then d of both blocks
 *   IQ4_XS        d, high pairs of 8 scales · their low nibbles
 * Which weight these stand for: formats/ggufDequantise.ts. What makes them of a file: formats/ggufRepack.ts.
 */
export const blockFormats = {
  Q8_0: { block: 32, words: 8, scaleBlocks: 2, scaleWords: 1 },
  Q4_0: { block: 32, words: 4, scaleBlocks: 2, scaleWords: 1 },
  Q4_1: { block: 32, words: 4, scaleBlocks: 1, scaleWords: 1 },
  Q5_0: { block: 32, words: 5, scaleBlocks: 2, scaleWords: 1 },
  Q5_1: { block: 32, words: 5, scaleBlocks: 1, scaleWords: 1 },
  Q2_K: { block: 256, words: 2, scaleBlocks: 1, scaleWords: 5 },
  Q3_K: { block: 256, words: 3, scaleBlocks: 2, scaleWords: 7 },
  Q4_K: { block: 256, words: 4, scaleBlocks: 1, scaleWords: 4 },
  Q5_K: { block: 256, words: 5, scaleBlocks: 1, scaleWords: 4 },
  Q6_K: { block: 256, words: 6, scaleBlocks: 2, scaleWords: 9 },
  IQ4_NL: { block: 32, words: 4, scaleBlocks: 2, scaleWords: 1 },
  IQ4_XS: { block: 256, words: 4, scaleBlocks: 1, scaleWords: 2 },
  MXFP4: { block: 32, words: 4, scaleBlocks: 4, scaleWords: 1 },
  BF16: { block: 32, words: 16, scaleBlocks: 1, scaleWords: 0 },
} as const;
export type BlockFormat = keyof typeof blockFormats;
export const blockFormatIds = Object.keys(blockFormats) as readonly BlockFormat[];
export const isBlockFormat = (format: string): format is BlockFormat => Object.hasOwn(blockFormats, format);

/** What a language model's matrices may be kept in: made here of floats, or taken from a file as it is. */
export type MatrixFormat = WeightFormat | BlockFormat;

/** A row must be a whole number of these columns: kernels read eight at a time. */
export function columnsMultiple(format: MatrixFormat): number {
  if (isBlockFormat(format)) return blockFormats[format].block;
  return format === 'int4' ? INT4_GROUP : 8;
}

/** Bytes of the data and of the scales (0 when the format has none) of a matrix. */
export function weightBytes(
  format: MatrixFormat,
  rows: number,
  cols: number,
): { readonly data: number; readonly scales: number } {
  const count = rows * cols;
  switch (format) {
    case 'f32':
      return { data: 4 * count, scales: 0 };
    case 'f16':
      return { data: 2 * count, scales: 0 };
    case 'int8':
      return { data: count, scales: 4 * rows };
    case 'int4':
      return { data: count / 2, scales: 4 * Math.ceil(count / INT4_GROUP / 2) };
    default: {
      const { block, words, scaleBlocks, scaleWords } = blockFormats[format];
      return { data: 4 * words * (count / 32), scales: 4 * scaleWords * Math.ceil(count / block / scaleBlocks) };
    }
  }
}
