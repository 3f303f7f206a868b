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

/** A row must be a whole number of these columns: kernels read eight at a time. */
export const columnsMultiple = (format: WeightFormat): number => (format === 'int4' ? INT4_GROUP : 8);

/** Bytes of the data and of the scales (0 when the format has none) of a matrix. */
export function weightBytes(
  format: WeightFormat,
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
  }
}
