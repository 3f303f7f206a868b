// Fits the preview of the bundled text-to-image model to its own decoder and writes it beside the model, listed on its
// card: `npx vite-node scripts/writePreview.ts`, to be run again when the autoencoder changes (a test asks for it).
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fitPreview } from '../src/engine/pipeline/preview.ts';
import { decoderSha256, PREVIEW_FILE, type StoredPreview } from '../src/engine/pipeline/storedPreview.ts';
import { bundledFiles } from '../src/engine/pipeline/testing.ts';
import { nodeContext } from '../src/gpu/testing.ts';
import { readDiffusion } from '../src/hub/diffusionConfigs.ts';

const { signal } = new AbortController();
const folder = new URL('../public/models/text-avatars/', import.meta.url);
const files = bundledFiles();
const model = await readDiffusion(files, signal);
const decoder = await decoderSha256(files, signal);
if (decoder === null) throw new Error('card.json lists no weights of the autoencoder');
const { map, fit } = await fitPreview(await nodeContext(), files, model, { format: 'f32', owner: 'preview', signal });
const { kind, from, to } = map;
const rounded = (v: number) => Number(v.toPrecision(7));
const stored: StoredPreview = { kind, from, to, fit: rounded(fit), decoder, weights: [...map.weights].map(rounded) };
const text = `${JSON.stringify(stored)}\n`;
writeFileSync(new URL(PREVIEW_FILE, folder), text);
const place = new URL('card.json', folder);
const card = JSON.parse(readFileSync(place, 'utf8')) as { files: Record<string, unknown> };
card.files[PREVIEW_FILE] = { bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
card.files = Object.fromEntries(Object.entries(card.files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(place, `${JSON.stringify(card, null, 1)}\n`);
console.log(`${PREVIEW_FILE}: ${text.length} bytes, R² ${fit.toFixed(3)} on probes that were held out`);
process.exit(0);
