// The bundled text-to-image model as its lab opens it: from beside the page, by its card.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pictureCard, pictureModelIds, pictureModels } from '../models/pictures.ts';
import { readDiffusion } from './diffusionConfigs.ts';
import { diffusionModels } from './diffusionModels.ts';
import { ModelError } from './files.ts';
import { shaOf } from './hubTesting.ts';
import { formatSource, parseSource } from './source.ts';
import { createSources } from './sources.ts';
import { nothingGiven } from './types.ts';

const never = new AbortController().signal;
const BASE = 'https://page.test/app/';
const root = new URL('../../public/models/text-avatars/', import.meta.url);
const names = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length).replace(/^\/+/, ''));
const onDisk = (name: string) => new Uint8Array(readFileSync(new URL(name, root)));
interface Card {
  readonly id: string;
  readonly title: string;
  readonly licence: { readonly credits: readonly Readonly<Record<string, string>>[] };
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}
const card = JSON.parse(new TextDecoder().decode(onDisk('card.json'))) as Card;

let asked: string[];
/** In place of what lies on disk, by path; null for a file that is not there. */
let changed: Map<string, string | Uint8Array<ArrayBuffer> | null>;
beforeEach(() => {
  asked = [];
  changed = new Map();
  vi.stubGlobal('fetch', async (address: string) => {
    const path = address.slice(`${BASE}models/text-avatars/`.length);
    expect(address).toBe(`${BASE}models/text-avatars/${path}`);
    asked.push(path);
    const body = changed.has(path) ? changed.get(path)! : onDisk(path);
    return body === null ? new Response('', { status: 404 }) : new Response(body);
  });
});
afterEach(() => void vi.unstubAllGlobals());

const open = (id = 'text-avatars') =>
  createSources(BASE, diffusionModels).open({ from: 'bundled', id }, nothingGiven, never);
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).hint).not.toBe('');
  return (error as ModelError).message;
}

describe('the bundled text-to-image model', () => {
  test('its card lists every file of its folder as it is', () => {
    expect(Object.keys(card.files).sort()).toEqual(names.filter((name) => name !== 'card.json').sort());
    for (const [name, { bytes, sha256 }] of Object.entries(card.files))
      expect([name, bytes, sha256]).toEqual([name, onDisk(name).length, shaOf(onDisk(name))]);
  });
  test('the registry names it and its artists as the card does', () => {
    for (const id of pictureModelIds) expect([pictureCard(id)?.id, pictureCard(id)?.folder]).toEqual([id, id]);
    const { title, credits } = pictureModels['text-avatars'];
    expect(title).toBe(card.title);
    expect(credits).toEqual(
      card.licence.credits.map((c) => ({
        title: c['title'],
        artist: c['artist'],
        link: c['source'],
        licence: c['licence'],
      })),
    );
    expect(credits).toHaveLength(4);
    expect(pictureCard('constructor')).toBeUndefined();
  });
  test('is a source of its own kind', () => {
    const source = { from: 'bundled', id: 'text-avatars' } as const;
    expect(parseSource('text-avatars', pictureModelIds)).toEqual(source);
    expect(formatSource(source)).toBe('text-avatars');
    expect(parseSource('sotu', pictureModelIds)).toMatch(/there is no bundled model 'sotu'/);
  });
  test('opens with all its parts, and fetches what is read', async () => {
    const files = await open();
    expect(asked).toEqual(['card.json']);
    const { network, vae, texts, scheduler, files: found } = await readDiffusion(files, never);
    expect([network.model, vae?.latentChannels, texts.length, scheduler]).toEqual([
      'UNet2DConditionModel',
      4,
      1,
      expect.objectContaining({ prediction: 'v_prediction' }),
    ]);
    expect(asked.filter((name) => name.endsWith('.safetensors'))).toEqual([]);
    const weights = found.networks.get('unet')!.weights[0]!;
    const bytes = await files.read(weights.name, 8, 16, never);
    expect([weights.name, bytes]).toEqual([
      'unet/diffusion_pytorch_model.safetensors',
      onDisk(weights.name).slice(8, 16),
    ]);
    expect(asked.at(-1)).toBe(weights.name);
    expect(files.title).toBe('Text to avatars');
    expect(files.licence).toMatchObject({ id: 'other', name: expect.stringContaining('CC BY 4.0') as string });
    await files.close();
  });
  test('a file that is damaged, in a folder of its own', async () => {
    changed.set('unet/config.json', '{}');
    expect(await failure(open().then((files) => readDiffusion(files, never)))).toBe(
      'unet/config.json of Text to avatars is damaged: its sha256 is not the one on its card.',
    );
  });
  test('a file that is missing', async () => {
    changed.set('vae/diffusion_pytorch_model.safetensors', null);
    const files = await open();
    expect(await failure(files.read('vae/diffusion_pytorch_model.safetensors', 0, 8, never))).toBe(
      'vae/diffusion_pytorch_model.safetensors of Text to avatars is missing here (HTTP 404).',
    );
    expect(await failure(files.read('vae/other.json', 0, 8, never))).toBe(
      'Text to avatars has no file vae/other.json.',
    );
  });
  test.each(['../sotu/config.json', 'unet/../../x', 'unet/..', '/x', 'unet//x', './x', 'unet\\x', '..', 'unet/', ''])(
    'a card with a name that climbs out: %j',
    async (name) => {
      changed.set('card.json', JSON.stringify({ files: { [name]: { bytes: 1, sha256: '' } } }));
      expect(await failure(open())).toBe('card.json of Text to avatars lists no files that can be read.');
      expect(asked).toEqual(['card.json']);
    },
  );
  test('a name that would climb out once it is an address is asked for as it stands', async () => {
    const bytes = new TextEncoder().encode('x');
    const files = { 'unet/%2e%2e/%2e%2e/x?y#z': { bytes: 1, sha256: shaOf(bytes) } };
    changed.set('card.json', JSON.stringify({ files }));
    changed.set('unet/%252e%252e/%252e%252e/x%3Fy%23z', bytes);
    const opened = await open();
    expect(await opened.read('unet/%2e%2e/%2e%2e/x?y#z', 0, 1, never)).toEqual(bytes);
  });
  test('a model of another kind', async () =>
    expect(await failure(open('sotu'))).toBe("There is no bundled model 'sotu' of this kind."));
});
