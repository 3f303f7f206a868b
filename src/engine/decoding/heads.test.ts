// What is known of a model from its small files: ends of a text, and what its chat template is told.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openLocal } from '../../hub/localFiles.ts';
import { loadModel } from './load.ts';
import { encodePrompt, endTokensOf } from './text.ts';

const root = new URL('../../../', import.meta.url);
const bytesOf = (path: string) => new Uint8Array(readFileSync(new URL(path, root)));
const signal = new AbortController().signal;
type Content = Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>;
const load = (content: Content) =>
  loadModel(
    null,
    openLocal(
      { from: 'file', name: 'mine' },
      Object.entries(content).map(([name, bytes]) => ({ path: name, file: new File([bytes], name) })),
    ),
    { format: 'auto', owner: 'test', progress: () => {}, signal },
  );

const smollm: Content = {
  'config.json': bytesOf('training/golden-language/smollm2/config.json'),
  'model.safetensors': bytesOf('training/golden-language/smollm2/model.safetensors'),
};
const { vocab_size: vocab } = JSON.parse(new TextDecoder().decode(smollm['config.json'] as Uint8Array)) as {
  vocab_size: number;
};
/** A byte-level tokenizer that fills the model's vocabulary, its last tokens special. */
const special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
const names = Array.from({ length: vocab }, (_, id) => special[id - (vocab - special.length)] ?? `t${id}`);
const tokenizer = JSON.stringify({
  model: { type: 'BPE', vocab: Object.fromEntries(names.map((name, id) => [name, id])), merges: [] },
  decoder: { type: 'ByteLevel' },
  added_tokens: special.map((content) => ({ id: names.indexOf(content), content, special: true })),
});
const config = (some: object) =>
  JSON.stringify({ ...(JSON.parse(new TextDecoder().decode(smollm['config.json'] as Uint8Array)) as object), ...some });
const [endOfText, startOfTurn, endOfTurn] = special.map((name) => names.indexOf(name)) as [number, number, number];

describe('tokens that end a text', () => {
  const ends = async (generation: string | null) => {
    const { tokenizer: t, config: c } = await load({
      ...smollm,
      // Names that the tokenizer itself would not take for an end.
      'tokenizer.json': tokenizer.replaceAll('<|im_end|>', '<|turn|>').replaceAll('<|endoftext|>', '<|text|>'),
      'config.json': config({ eos_token_id: endOfText }),
      ...(generation === null ? {} : { 'generation_config.json': generation }),
    });
    return endTokensOf(t, c);
  };
  test('are those of generation_config.json too', async () => {
    expect(await ends(null)).toEqual([endOfText]);
    expect(await ends(JSON.stringify({ eos_token_id: [endOfText, endOfTurn] }))).toEqual([endOfText, endOfTurn]);
    expect(await ends('{"temperature": 0.6}')).toEqual([endOfText]);
  });
  test('in a file that is damaged are refused', async () =>
    expect(ends('{"eos_token_id": "</s>"}')).rejects.toThrow('eos_token_id of generation_config.json must be'));
});

test('of a model that sees pictures too, only what reads text is loaded, and that is said', async () => {
  const of = (id: string): Content => ({
    'config.json': bytesOf(`training/golden-language/${id}/config.json`),
    'model.safetensors': bytesOf(`training/golden-language/${id}/model.safetensors`),
    'tokenizer.json': JSON.stringify({
      model: { type: 'BPE', vocab: Object.fromEntries(names.slice(0, 61).map((name, i) => [name, i])), merges: [] },
      decoder: { type: 'ByteLevel' },
    }),
  });
  const [both, text] = [await load(of('gemma3-pictures')), await load(of('gemma3'))];
  const said = 'This model sees pictures too. Only the part that reads and writes text is loaded and run.';
  expect(both.notices).toEqual([said, ...text.notices]);
  expect(text.notices).not.toContain(said);
  expect([both.config.architecture, text.config.architecture]).toEqual(['gemma3_text', 'gemma3_text']);
});

describe('a chat template is told the tokenizer’s own tokens', () => {
  const rendered = async (settings: object) => {
    const model = await load({
      ...smollm,
      'tokenizer.json': tokenizer,
      'config.json': config({ bos_token_id: startOfTurn, eos_token_id: endOfText }),
      'tokenizer_config.json': JSON.stringify({
        chat_template: '{{ bos_token }}{{ eos_token }}',
        ...settings,
      }),
    });
    const words = { prompt: 'x', chat: true, system: '', names: 'token' } as const;
    return (await encodePrompt(words, model.tokenizer, model.config, model.template)).tokens;
  };
  test('whichever end of a text comes first in the list of known names', async () =>
    // <|endoftext|> is the first known name here; the model's own end is that of its turn.
    expect(await rendered({ bos_token: '<|im_start|>', eos_token: '<|im_end|>' })).toEqual([startOfTurn, endOfTurn]));
  test('and those of config.json where the tokenizer names none', async () =>
    expect(await rendered({})).toEqual([startOfTurn, endOfText]));
});
