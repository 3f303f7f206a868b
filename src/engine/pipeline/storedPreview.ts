/** The preview that comes with a bundled model: its map was fitted when the model was made, so that no visit fits it again. */
import { FormatError } from '../../formats/error.ts';
import { isObject, parseObject } from '../../formats/json.ts';
import type { DiffusionModel } from '../../hub/diffusionConfigs.ts';
import { readSmall, type ModelFiles } from '../../hub/files.ts';
import { featureCount, previewKinds, type PreviewMap } from '../../models/diffusers/previewMap.ts';
import { previewOf, type Preview } from './preview.ts';
import { pixelsPerLatent } from './pictures.ts';

export const PREVIEW_FILE = 'preview.json';
const MOST = 1 << 16;
const HINT =
  'Load the model again; if this is your own copy of the page, write the file again (scripts/writePreview.ts).';

/** What the file holds. `decoder`: the sha256 of the weights that the map was fitted to. */
export interface StoredPreview {
  readonly kind: PreviewMap['kind'];
  readonly from: number;
  readonly to: number;
  readonly fit: number;
  readonly decoder: string;
  readonly weights: readonly number[];
}

/** The sha256 that the card of a bundled model states for its autoencoder's weights; null where it states none. */
export async function decoderSha256(files: ModelFiles, signal: AbortSignal): Promise<string | null> {
  const bytes = await readSmall(files, 'card.json', MOST, signal);
  if (!bytes) return null;
  const listed = parseObject(bytes, { what: `card.json of ${files.title}`, depth: 16, hint: HINT })['files'];
  const weights = isObject(listed) ? listed['vae/diffusion_pytorch_model.safetensors'] : null;
  return isObject(weights) && typeof weights['sha256'] === 'string' ? weights['sha256'] : null;
}

/**
 * Null where a model brings none, or one that was fitted to another decoder: then it is fitted here. Only of bundled
 * models, whose card vouches for the file. FormatError where the file is not what it should be.
 */
export async function storedPreview(
  files: ModelFiles,
  { vae }: DiffusionModel,
  signal: AbortSignal,
): Promise<Preview | null> {
  if (files.source.from !== 'bundled' || !vae) return null;
  const bytes = await readSmall(files, PREVIEW_FILE, MOST, signal);
  if (!bytes) return null;
  const what = `${PREVIEW_FILE} of ${files.title}`;
  const said = parseObject(bytes, { what, depth: 4, hint: HINT });
  if (said['decoder'] !== (await decoderSha256(files, signal))) return null;
  const kind = previewKinds.find((k) => k === said['kind']);
  const { fit, weights } = said;
  const count = kind ? vae.outChannels * featureCount(kind, vae.latentChannels) : 0;
  if (
    !kind ||
    said['from'] !== vae.latentChannels ||
    said['to'] !== vae.outChannels ||
    typeof fit !== 'number' ||
    !Array.isArray(weights) ||
    weights.length !== count ||
    !weights.every((w) => Number.isFinite(w))
  )
    throw new FormatError(
      `${what} holds no map of ${vae.latentChannels} latent channels to ${vae.outChannels} of a picture.`,
      HINT,
    );
  const map = { kind, from: vae.latentChannels, to: vae.outChannels, weights: Float64Array.from(weights as number[]) };
  return previewOf(map, fit, pixelsPerLatent(vae));
}
