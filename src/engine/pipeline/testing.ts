/** For tests only: a tiny text-to-image model put together from the golden checkpoints, as files in diffusers' layout. */
import { readdirSync, readFileSync } from 'node:fs';
import golden from '../../../training/golden-tokenizers/clip.json' with { type: 'json' };
import { charOfByte } from '../../formats/tokenText.ts';
import type { ModelFiles } from '../../hub/files.ts';

const folder = new URL('../../../training/golden-diffusers/', import.meta.url);
const utf8 = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

/** A vocabulary with no more tokens than the tiny text encoder has rows. */
function vocabulary() {
  const bytes = [...charOfByte];
  const lines = golden.merges.split('\n').filter((line) => line.includes(' ') && !line.startsWith('#'));
  const merges = lines.slice(0, 80);
  const tokens = [
    ...bytes,
    ...bytes.map((c) => `${c}</w>`),
    ...merges.map((line) => line.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: merges.join('\n') };
}

/** Files of the model; `change` replaces some, null takes one away. */
export function tinyFiles(change: Readonly<Record<string, Uint8Array | null>> = {}): ModelFiles {
  const { vocab, merges } = vocabulary();
  const files = new Map<string, Uint8Array>([
    [
      'model_index.json',
      utf8({
        _class_name: 'StableDiffusionPipeline',
        scheduler: ['diffusers', 'EulerDiscreteScheduler'],
        text_encoder: ['transformers', 'CLIPTextModel'],
        tokenizer: ['transformers', 'CLIPTokenizer'],
        unet: ['diffusers', 'UNet2DConditionModel'],
        vae: ['diffusers', 'AutoencoderKL'],
      }),
    ],
    [
      'scheduler/scheduler_config.json',
      utf8({
        _class_name: 'EulerDiscreteScheduler',
        beta_start: 0.00085,
        beta_end: 0.012,
        beta_schedule: 'scaled_linear',
        prediction_type: 'v_prediction',
      }),
    ],
    ['tokenizer/vocab.json', utf8(vocab)],
    ['tokenizer/merges.txt', utf8(merges)],
    ['tokenizer/tokenizer_config.json', utf8({ model_max_length: 12 })],
  ]);
  const parts = { unet: 'sd2', vae: 'vae', text_encoder: 'clip-quick' };
  for (const [part, family] of Object.entries(parts))
    for (const name of readdirSync(new URL(`${family}/`, folder)))
      if (name !== 'golden.json')
        files.set(`${part}/${name}`, new Uint8Array(readFileSync(new URL(`${family}/${name}`, folder))));
  for (const [name, bytes] of Object.entries(change)) {
    if (bytes) files.set(name, bytes);
    else files.delete(name);
  }
  const got = { network: 0, store: 0 };
  return {
    source: { from: 'file', name: 'tiny' },
    title: 'tiny',
    list: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length })),
    got,
    async read(name, begin, end) {
      got.store += end - begin;
      return files.get(name)!.slice(begin, end);
    },
    close: () => Promise.resolve(),
  };
}
