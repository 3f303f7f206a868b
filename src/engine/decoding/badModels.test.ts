/**
 * Model files as they should not be: each is refused with a sentence that says what is wrong, and what was loaded
 * before stays usable.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LanguageSource } from '../../hub/source.ts';
import { LanguageLab } from '../../labs/language/engine/lab.ts';
import { openLocal } from '../../hub/localFiles.ts';
import { loadModel } from './load.ts';

const root = new URL('../../../', import.meta.url);
const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(path, root)));
const gguf = bytesOf('training/golden-gguf/llama-bpe.gguf');
const draft = Object.fromEntries(
  ['config.json', 'tokenizer.json', 'model.safetensors'].map((name) => [
    name,
    bytesOf(`public/models/sotu-draft/${name}`),
  ]),
) as Record<'config.json' | 'tokenizer.json' | 'model.safetensors', Uint8Array<ArrayBuffer>>;
const html = '<!doctype html><html><body>404</body></html>';

type Content = Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>;
const signal = new AbortController().signal;
const local = (content: Content) =>
  openLocal(
    { from: 'file', name: 'mine' },
    Object.entries(content).map(([name, bytes]) => ({ path: name, file: new File([bytes], name) })),
  );
const load = async (content: Content) =>
  loadModel(null, local(content), { format: 'auto', owner: 'test', progress: () => {}, signal });
const refusal = async (content: Content): Promise<string> => {
  const error = await load(content).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(Error);
  const { name, message, hint } = error as Error & { hint?: string };
  expect(name, message).toMatch(/^(Model|Format)Error$/);
  expect(hint).toBeTruthy();
  return `${message} → ${hint}`;
};
const changed = (bytes: Uint8Array<ArrayBuffer>, edit: (text: string) => string) =>
  edit(new TextDecoder().decode(bytes));

test('the files that the tests damage are good', async () => {
  await load({ 'm.gguf': gguf });
  await load(draft);
});

describe('cut short', () => {
  test.each([0, 3, 4, 23, 24, 100, 5000, gguf.length - 100_000, gguf.length - 1])(
    'a GGUF file after %i bytes',
    async (n) => {
      expect(await refusal({ 'm.gguf': gguf.slice(0, n) })).toMatch(/end|short|bytes|cut|GGUF/i);
    },
  );
  const tensors = draft['model.safetensors'];
  test.each([0, 7, 8, 100, tensors.length - 1])('a safetensors file after %i bytes', async (n) => {
    expect(await refusal({ ...draft, 'model.safetensors': tensors.slice(0, n) })).toMatch(
      /^model\.safetensors.*(end|short|bytes|cut)/i,
    );
  });
  test.each(['config.json', 'tokenizer.json'] as const)('%s', async (name) => {
    expect(await refusal({ ...draft, [name]: draft[name].slice(0, draft[name].length / 2) })).toMatch(
      new RegExp(`${name} is not valid JSON`),
    );
    expect(await refusal({ ...draft, [name]: '' })).toMatch(new RegExp(`${name} is not valid JSON`));
  });
});

describe('under a wrong name', () => {
  test('GGUF as safetensors', async () =>
    expect(await refusal({ ...draft, 'model.safetensors': gguf })).toMatch(
      /^model\.safetensors is a GGUF file under another name/,
    ));
  test('safetensors as GGUF', async () =>
    expect(await refusal({ 'm.gguf': draft['model.safetensors'] })).toMatch(/GGUF/));
  test.each(['config.json', 'tokenizer.json', 'model.safetensors'] as const)('a web page as %s', async (name) =>
    expect(await refusal({ ...draft, [name]: html })).toMatch(new RegExp(name)),
  );
  test('a web page as GGUF', async () => expect(await refusal({ 'm.gguf': html })).toMatch(/GGUF/));
  test('a pickle', async () =>
    expect(
      await refusal({
        'config.json': draft['config.json'],
        'tokenizer.json': draft['tokenizer.json'],
        'pytorch_model.bin': html,
      }),
    ).toMatch(/no \.safetensors file.*may hold code/));
});

describe('pieces that do not belong together', () => {
  test('the tokenizer of another model', async () => {
    const entries = JSON.parse(new TextDecoder().decode(draft['tokenizer.json'])) as {
      model: { vocab: Record<string, number> };
    };
    const vocab = Object.keys(entries.model.vocab).length;
    const more = {
      ...entries,
      added_tokens: [
        {
          id: vocab + 5000,
          content: '<more>',
          special: true,
          single_word: false,
          lstrip: false,
          rstrip: false,
          normalized: false,
        },
      ],
    };
    expect(await refusal({ ...draft, 'tokenizer.json': JSON.stringify(more) })).toMatch(/token/);
    expect(
      await refusal({
        'config.json': bytesOf('training/golden-language/qwen3/config.json'),
        'model.safetensors': bytesOf('training/golden-language/qwen3/model.safetensors'),
        'tokenizer.json': draft['tokenizer.json'],
      }),
    ).toMatch(/token/);
  });
  test('the weights of another model', async () =>
    expect(
      await refusal({ ...draft, 'model.safetensors': bytesOf('training/golden-language/gpt2/model.safetensors') }),
    ).toMatch(/tensor|embed|weight/i));
  test('a configuration that says other shapes', async () =>
    expect(
      await refusal({
        ...draft,
        'config.json': changed(draft['config.json'], (t) =>
          t.replace(/"intermediate_size":\s*\d+/, '"intermediate_size": 96'),
        ),
      }),
    ).toMatch(/96/));
  test('an architecture that is not known', async () =>
    expect(
      await refusal({
        ...draft,
        'config.json': changed(draft['config.json'], (t) =>
          t.replace(/"model_type":\s*"\w+"/, '"model_type": "mamba"').replace('LlamaForCausalLM', 'MambaForCausalLM'),
        ),
      }),
    ).toMatch(/mamba/i));
  test('missing files are named', async () => {
    expect(await refusal({ 'model.safetensors': draft['model.safetensors'] })).toMatch(
      /^config\.json is not among the files chosen: model\.safetensors\./,
    );
    expect(
      await refusal({
        ...draft,
        'model.safetensors': draft['model.safetensors'],
        'model.safetensors.index.json': '{"weight_map":{"a":"model-00001-of-00002.safetensors"}}',
      }),
    ).toMatch(/lacks model-00001-of-00002\.safetensors, which its index names/);
    expect(await refusal({ 'a.gguf': gguf, 'b.gguf': gguf })).toMatch(/2 GGUF files: a\.gguf, b\.gguf/);
    expect(await refusal({ 'photo.png': 'x' })).toMatch(/^photo\.png: no file of a model\./);
    expect(await refusal({ 'photo.png': 'x', 'notes.txt': 'x' })).toMatch(
      /^photo\.png, notes\.txt: no file of a model\./,
    );
    expect(await refusal({ 'a.safetensors': 'x', 'tokenizer.json': '{}' })).toMatch(
      /^config\.json is not among the files chosen: a\.safetensors, tokenizer\.json\./,
    );
  });
  test('a number that is none', async () => {
    const bytes = draft['model.safetensors'].slice();
    // The last weight becomes NaN in f16 and in f32.
    bytes.set([0xff, 0x7f, 0xff, 0x7f], bytes.length - 4);
    expect(await refusal({ ...draft, 'model.safetensors': bytes })).toMatch(/cannot be used: it holds NaN at \d+/);
  });
});

test('a load that fails leaves the model that was there, and its sequences', async () => {
  const contents: Record<string, Content> = {
    good: { 'm.gguf': gguf },
    bad: { 'm.gguf': gguf.slice(0, -50_000) },
    page: { 'm.gguf': html },
  };
  const source = (name: string): LanguageSource => ({ from: 'file', name });
  const lab = new LanguageLab(
    (s) => Promise.resolve(local(contents[s.from === 'file' ? s.name : '']!)),
    () => Promise.resolve(null),
  );
  const given = { files: [], token: null };
  const good = await lab.use('target', source('good'), 'auto', given, () => {}, signal);
  const session = await lab.session('target', 1, 16);
  const id = await session.open();
  const first = (await session.forward([{ sequence: id, tokens: [1, 2, 3] }], { want: 'last' })).logits[0]![0]!;
  for (const name of ['bad', 'page']) {
    await expect(lab.use('target', source(name), 'auto', given, () => {}, signal)).rejects.toThrow();
    expect(lab.model('target')).toBe(good);
  }
  await session.rollback(id, 0);
  expect((await session.forward([{ sequence: id, tokens: [1, 2, 3] }], { want: 'last' })).logits[0]![0]).toEqual(first);
  session.destroy();
  const again = await lab.session('target', 1, 16);
  expect(
    (await again.forward([{ sequence: await again.open(), tokens: [1, 2, 3] }], { want: 'last' })).logits[0]![0],
  ).toEqual(first);
  again.destroy();
});
