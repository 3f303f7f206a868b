// The tuned lens that comes with a bundled model, from beside it.
import { requireTensor, parseSafetensors, toFloat32 } from '../../../formats/safetensors.ts';
import type { TransformerConfig } from '../../../formats/transformerConfig.ts';
import { ModelError, type ModelFiles } from '../../../hub/files.ts';
import type { TunedLens } from './lens.ts';

const FILE = 'weights.safetensors';

/** Reads a translator for each layer. ModelError where the file is not one for a model of these layers and this width. */
export async function readTunedLens(
  files: ModelFiles,
  { layers, width }: Pick<TransformerConfig, 'layers' | 'width'>,
  signal: AbortSignal,
): Promise<TunedLens> {
  const bytes = files.list.find((f) => f.name === FILE)?.bytes;
  if (bytes === undefined) throw new ModelError(`${files.title} has no ${FILE}.`, 'The logit lens needs no file.');
  const file = parseSafetensors(await files.read(FILE, 0, bytes, signal));
  return {
    layers: Array.from({ length: layers }, (_, l) => ({
      weight: toFloat32(requireTensor(file, `layers.${l}.weight`, [width, width])),
      bias: toFloat32(requireTensor(file, `layers.${l}.bias`, [width])),
    })),
  };
}
