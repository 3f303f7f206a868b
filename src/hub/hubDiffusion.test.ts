import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MemoryStore } from './chunkStore.ts';
import { ModelError, type ModelFiles } from './files.ts';
import { HubModels } from './hub.ts';
import { FakeHub, noise } from './hubTesting.ts';
import { openLocalFolders } from './localFolders.ts';
import { pickDiffusion } from './pickDiffusion.ts';
import type { GivenFile } from './types.ts';

const never = new AbortController().signal;
const REPO = 'owner/painter';
const index = {
  _class_name: 'StableDiffusionPipeline',
  scheduler: ['diffusers', 'DDIMScheduler'],
  text_encoder: ['transformers', 'CLIPTextModel'],
  tokenizer: ['transformers', 'CLIPTokenizer'],
  unet: ['diffusers', 'UNet2DConditionModel'],
  vae: ['diffusers', 'AutoencoderKL'],
};
/** Parts have files of the same names; which is which shows in their bytes. */
const model: Record<string, string | Uint8Array<ArrayBuffer>> = {
  'model_index.json': JSON.stringify(index),
  'scheduler/scheduler_config.json': '{"_class_name":"DDIMScheduler"}',
  'tokenizer/vocab.json': '{"a":0}',
  'tokenizer/merges.txt': '#version: 0.2',
  'text_encoder/config.json': '{"of":"text"}',
  'text_encoder/model.fp16.safetensors': noise(2300, 2),
  'text_encoder/model.safetensors': noise(4600, 3),
  'unet/config.json': '{"of":"unet"}',
  'unet/diffusion_pytorch_model.safetensors': noise(3500, 4),
  'vae/config.json': '{"of":"vae"}',
  'vae/diffusion_pytorch_model.safetensors': noise(1700, 5),
  'v1-5-pruned.ckpt': noise(9000, 6),
};
const wanted = Object.keys(model).filter(
  (name) => name !== 'v1-5-pruned.ckpt' && name !== 'text_encoder/model.safetensors',
);
const bytesOf = (name: string) => {
  const content = model[name]!;
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
};
async function expectWhole(files: ModelFiles): Promise<void> {
  expect(files.list.map((f) => f.name).sort()).toEqual([...wanted].sort());
  for (const { name, bytes } of files.list)
    expect(await files.read(name, 0, bytes, never), name).toEqual(bytesOf(name));
}

describe('from the hub', () => {
  let hub: FakeHub;
  let store: MemoryStore;
  beforeEach(async () => {
    hub = await new FakeHub().listen();
    store = new MemoryStore();
    hub.put(REPO, model);
    hub.cards.set(REPO, { license: 'openrail++', tags: ['x'] });
  });
  const licence = { id: 'openrail++', name: null, link: null };
  afterEach(() => hub.close());
  const source = (revision = 'main') => ({ from: 'hub', repo: REPO, revision, file: null }) as const;
  const models = (url = hub.url) =>
    new HubModels({
      hub: url,
      openStore: () => Promise.resolve(store),
      pick: pickDiffusion,
      chunkBytes: 1000,
      sleep: () => Promise.resolve(),
    });

  test('its parts, and nothing else; then from this machine, also without a network', async () => {
    const files = await models().open(source(), null, never);
    expect(files.licence).toEqual(licence);
    await expectWhole(files);
    await files.verify!(never);
    await files.close();
    expect(hub.asked.filter((a) => /pruned|text_encoder\/model\.safetensors/.test(a.path))).toEqual([]);
    const kept = await models().stored();
    expect(kept.models).toMatchObject([
      { complete: true, bytes: wanted.reduce((n, name) => n + bytesOf(name).length, 0) },
    ]);
    const offline = await models('http://127.0.0.1:9').open(source(), null, never);
    await expectWhole(offline);
    expect(offline.licence).toEqual(licence);
    expect([offline.got.network, offline.notices!.length]).toEqual([0, 1]);
    await offline.close();
  });
  test('a revision whose name has slashes', async () => {
    const { 'unet/diffusion_pytorch_model.safetensors': weights, ...rest } = model;
    hub.put(REPO, { ...rest, 'unet/diffusion_pytorch_model.bin': weights! });
    hub.put(REPO, model, 'refs/pr/1');
    await expect(models().open(source(), null, never)).rejects.toThrow(/unet of owner\/painter has no safetensors/);
    const files = await models().open(source('refs/pr/1'), null, never);
    await expectWhole(files);
    await files.close();
  });
  test('a pipeline that cannot be read costs one small file', async () => {
    hub.put(REPO, { ...model, 'model_index.json': '{"_class_name":"FluxPipeline"}' });
    const error = await models()
      .open(source(), null, never)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).message).toMatch(/owner\/painter: a "FluxPipeline" cannot be read/);
    expect(hub.ranges()).toEqual(['model_index.json bytes=0-29']);
  });
});

describe('from a folder', () => {
  const at = (path: string, name: string): GivenFile => ({
    path,
    file: new File([bytesOf(name)], name.split('/').at(-1)!),
  });
  const open = (files: readonly GivenFile[]) => openLocalFolders({ from: 'file', name: 'mine' }, files, never);
  const inside = (folder: string) => Object.keys(model).map((name) => at(`${folder}/${name}`, name));

  test('its parts keep their paths', async () => {
    const files = await open(inside('painter'));
    await expectWhole(files);
    expect(files.licence).toBeUndefined();
  });
  test('the licence of its card', async () => {
    const card = { path: 'painter/README.md', file: new File(['---\nlicense: mit\n---\n'], 'README.md') };
    const files = await open([...inside('painter'), card]);
    await expectWhole(files);
    expect(files.licence).toEqual({ id: 'mit', name: null, link: null });
  });
  test('the folder may lie in another one', async () => expectWhole(await open(inside('all/models/painter'))));
  test('what lies in it, without the folder itself', async () =>
    expectWhole(await open(Object.keys(model).map((name) => at(name, name)))));
  test('two models, no model, nothing', async () => {
    await expect(open([...inside('all/a'), ...inside('all/b')])).rejects.toThrow(
      'There are 2 models in this folder: a/model_index.json, b/model_index.json.',
    );
    await expect(open(inside('x').slice(1))).rejects.toThrow('mine holds no diffusion model: it has');
    await expect(open([])).rejects.toThrow("The files of 'mine' are on your disk, and a link cannot carry them.");
  });
  test('bare files of equal names', async () => {
    const bare = ['model_index.json', 'unet/config.json', 'vae/config.json'].map((name) =>
      at(name.split('/').at(-1)!, name),
    );
    await expect(open(bare)).rejects.toThrow('Two of the files are called config.json.');
  });
  test('a part that is missing', async () => {
    const files = inside('x').filter((f) => !f.path.startsWith('x/vae/diffusion'));
    await expect(open(files)).rejects.toThrow('vae of mine has no weights: its files are vae/config.json.');
  });
});
