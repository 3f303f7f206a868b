// Tensors of published diffusion networks: the names that files of any age use, and how their numbers lie.
import { FormatError, shown } from '../error.ts';

const hint = 'Take all files of the model from one place and revision, with config.json unchanged.';
/** Attention layers before diffusers 0.12. */
const older: readonly (readonly [string, string])[] = [
  ['.to_q.', '.query.'],
  ['.to_k.', '.key.'],
  ['.to_v.', '.value.'],
  ['.to_out.0.', '.proj_attn.'],
];

/** Names under which a tensor may be found, today's first. */
export function namesOf(name: string): readonly string[] {
  const [today, before] = older.find(([part]) => name.includes(part)) ?? [];
  const aged = today && before ? [name, name.replace(today, before)] : [name];
  // transformers 4 put the text encoder below a prefix that version 5 leaves out.
  return [...aged, ...aged.map((n) => `text_model.${n}`)];
}

/** The tensor of that name, or of an older name for it. FormatError when there is none. */
export function findTensor<T>(tensors: ReadonlyMap<string, T>, name: string): T {
  for (const candidate of namesOf(name)) {
    const found = tensors.get(candidate);
    if (found !== undefined) return found;
  }
  throw new FormatError(`the weights have no tensor ${shown(name)}`, hint);
}

/** What a matrix is stored as: (rows, channels, kernel, kernel), or (rows, channels) where the kernel is one pixel. */
export function checkMatrixShape(
  name: string,
  shape: readonly number[],
  rows: number,
  channels: number,
  kernel: number,
): void {
  const fits = (expected: readonly number[]) =>
    shape.length === expected.length && shape.every((n, i) => n === expected[i]);
  const full = [rows, channels, kernel, kernel];
  if (fits(full) || (kernel === 1 && fits([rows, channels]))) return;
  const expected = kernel === 1 ? full.slice(0, 2) : full;
  throw new FormatError(
    `tensor ${shown(name)} has the shape [${shape.join(', ')}]; the configuration needs [${expected.join(', ')}]`,
    hint,
  );
}
export function checkVectorShape(name: string, shape: readonly number[], rows: number): void {
  if (shape.length !== 1 || shape[0] !== rows)
    throw new FormatError(
      `tensor ${shown(name)} has the shape [${shape.join(', ')}]; the configuration needs [${rows}]`,
      hint,
    );
}

/**
 * (rows, channels, kernel, kernel) as stored → (rows, kernel, kernel, channels) as computed with: then a row is one
 * product over what lies under the kernel, and a one-pixel kernel is a linear layer.
 */
export function channelsLast<T extends Float32Array | Uint16Array>(
  stored: T,
  rows: number,
  channels: number,
  kernel: number,
): T {
  if (kernel === 1) return stored;
  const taps = kernel * kernel;
  const out = stored.slice() as T;
  for (let r = 0; r < rows; r++) {
    const row = r * channels * taps;
    for (let c = 0; c < channels; c++)
      for (let tap = 0; tap < taps; tap++) out[row + tap * channels + c] = stored[row + c * taps + tap]!;
  }
  return out;
}
