import { FormatError, shown } from './error.ts';
import { ggufTypes, type GgufType } from './ggufDequantise.ts';

/** Number types that a weight may have: GGUF's, of which safetensors files use F32, F16 and BF16. */
export type WeightType = GgufType;
export const weightTypes = Object.keys(ggufTypes) as readonly WeightType[];
/** Types that occur in model files beside the weights (masks, counters): listed, never read. */
export type OtherType =
  'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U64' | 'U32' | 'U16' | 'U8' | 'BOOL' | 'F8_E4M3' | 'F8_E5M2';

/** Where one tensor's bytes are: what a header says, checked against the file's size, before any weight is read. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: WeightType | OtherType;
  /** Outermost first, as in PyTorch (GGUF's order reversed); rows of the last dimension are contiguous. */
  readonly shape: readonly number[];
  /** Name of the file in `Checkpoint.files`. */
  readonly file: string;
  /** Absolute byte range in that file, end exclusive. */
  readonly begin: number;
  readonly end: number;
}

/** All tensors of a model, in one file or several. */
export interface Checkpoint {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

export const isWeightType = (dtype: string): dtype is WeightType => Object.hasOwn(ggufTypes, dtype);

/** Bytes of one row of `cols` numbers; FormatError when blocks do not fill it. */
export function rowBytes(dtype: WeightType, cols: number, tensor: string): number {
  const { block, bytes } = ggufTypes[dtype];
  if (cols % block !== 0) {
    throw new FormatError(
      `tensor ${shown(tensor)} has rows of ${cols} numbers, but ${dtype} stores blocks of ${block}`,
      'The file is damaged or was made by a faulty converter: download it again, or convert the model again.',
    );
  }
  return (cols / block) * bytes;
}

/** Joins the tables of several files; a tensor in two of them, or a file named twice, is refused. */
export function joinCheckpoints(parts: readonly Checkpoint[]): Checkpoint {
  const tensors = new Map<string, TensorEntry>();
  const names = new Set<string>();
  const hint = 'Take all files of the model from one place, each once.';
  for (const part of parts) {
    for (const { name } of part.files) {
      if (names.has(name)) throw new FormatError(`the file ${shown(name)} is given twice`, hint);
      names.add(name);
    }
    for (const entry of part.tensors.values()) {
      const other = tensors.get(entry.name);
      if (other)
        throw new FormatError(
          `tensor ${shown(entry.name)} is in ${shown(other.file)} and in ${shown(entry.file)}`,
          hint,
        );
      tensors.set(entry.name, entry);
    }
  }
  return { files: parts.flatMap((part) => part.files), tensors };
}
