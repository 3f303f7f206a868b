import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { crc32, withPngText } from '../../../formats/png.ts';
import { importPicture } from './imports.ts';

/** Why nothing was taken, and whether there was nothing to be taken. */
async function refused(name: string, file: Uint8Array) {
  const out = await importPicture(name, file);
  if (!('because' in out)) throw new Error('it was taken');
  return out;
}

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
function chunk(type: string, ...data: readonly Uint8Array[]): Uint8Array {
  const body = join(bytes(type), ...data);
  const word = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
  return join(word(body.length - 4), body, word(crc32(body)));
}
const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const png = join(
  signature,
  chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0)),
  chunk('IDAT', deflateSync(Uint8Array.of(0, 255))),
  chunk('IEND'),
);
/** As Pillow writes them: Latin where it can. */
const withTexts = (texts: Readonly<Record<string, string>>) =>
  join(
    png.subarray(0, 33),
    ...Object.entries(texts).map(([key, text]) => chunk('tEXt', bytes(`${key}\0${text}`))),
    png.subarray(33),
  );
const settings = 'a café\nSteps: 9, Sampler: Heun, CFG scale: 2, Seed: 3';

describe('settings are taken from', () => {
  test.each<[string, Uint8Array]>([
    ['a Latin text', withTexts({ parameters: settings.replace('é', '\xe9') })],
    ['a Unicode text', withPngText(png, 'parameters', settings)],
    [
      'a compressed text',
      join(
        png.subarray(0, 33),
        chunk('zTXt', bytes('parameters\0\0'), deflateSync(bytes(settings.replace('é', '\xe9')))),
        png.subarray(33),
      ),
    ],
    ['a text beside a graph of ComfyUI', withTexts({ prompt: '{"1":{"class_type":"X"}}', parameters: settings })],
  ])('%s', async (_, file) =>
    expect(await importPicture('x.png', file)).toMatchObject({
      changes: { prompt: expect.stringContaining('caf'), seed: 3, contenders: [{ sampler: 'heun', steps: 9 }] },
    }),
  );
});

describe('refused by name', () => {
  const graph = {
    3: { class_type: 'KSampler', inputs: { seed: 5, steps: 20, sampler_name: 'euler' } },
    4: { class_type: 'CheckpointLoaderSimple' },
  };
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'ComfyUI’s prompt',
      { prompt: JSON.stringify(graph) },
      /^“x\.png” holds a graph of ComfyUI with 2 nodes \(KSampler among them\): .* none is taken\. Set sampler/,
    ],
    [
      'ComfyUI’s workflow alone',
      { workflow: JSON.stringify({ nodes: [{ type: 'SaveImage' }, 5, null] }) },
      /graph of ComfyUI with 1 node: /,
    ],
    ['SwarmUI', { parameters: '{"sui_image_params":{"prompt":"x"}}' }, /made by SwarmUI/],
    ['Fooocus', { parameters: '{"prompt":"x"}', fooocus_scheme: 'fooocus' }, /made by Fooocus/],
    ['InvokeAI', { invokeai_metadata: '{}' }, /made by InvokeAI/],
    ['NovelAI', { Software: 'NovelAI', Comment: '{}' }, /made by NovelAI/],
    ['JSON of nobody', { parameters: '{"a":1}' }, /carries no settings/],
    ['a text of another kind', { parameters: 'hello' }, /cannot be taken: its text has no line of settings/],
    ['a broken graph', { prompt: '{"1":' }, /carries no settings/],
    ['a prompt that is none', { prompt: '[1,2]' }, /carries no settings/],
    ['deep nesting', { prompt: `{"a":${'['.repeat(100_000)}` }, /carries no settings/],
    ['no text', {}, /carries no settings of a program that is known here\. Pictures lose them/],
  ])('%s', async (_, texts, want) => expect((await refused('x.png', withTexts(texts))).because).toMatch(want));

  test.each<[string, Uint8Array, RegExp]>([
    ['JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe1), /^“x” is a JPEG: settings are read from PNG files alone/],
    ['WebP', bytes('RIFF\0\0\0\0WEBPVP8 '), /is a WebP/],
    ['GIF', bytes('GIF89a'), /is a GIF/],
    ['AVIF', bytes('\0\0\0\x1cftypavif'), /is an AVIF/],
    ['nothing', new Uint8Array(0), /is no picture/],
    ['a video', bytes('\0\0\0\x1cftypisom'), /is no picture/],
    ['a cut signature', signature.subarray(0, 7), /is no picture/],
  ])('%s', async (_, file, want) => expect((await refused('x', file)).because).toMatch(want));

  test('a damaged text says so, a huge file and a long name are cut', async () => {
    const broken = join(png.subarray(0, 33), chunk('zTXt', bytes('parameters\0\0junk')), png.subarray(33));
    expect((await refused('x.png', broken)).because).toMatch(
      /The text “parameters” is damaged: it cannot be unpacked\./,
    );
    expect((await refused('y'.repeat(300), new Uint8Array(0))).because).toHaveLength(
      120 + '“” is no picture that settings are read from; those are PNG files.'.length,
    );
    expect((await refused('x', new Uint8Array(64 * 1024 * 1024 + 1))).because).toMatch(/has 67 MB/);
  });

  test('a picture that says nothing of how it was made is plain; one that says what is not read is none', async () => {
    const plain = async (file: Uint8Array) => (await refused('x', file)).plain;
    expect(await plain(png)).toBe(true);
    expect(await plain(withTexts({ Software: 'GIMP', Comment: 'mine' }))).toBe(true);
    expect(await plain(Uint8Array.of(0xff, 0xd8, 0xff, 0xe1))).toBe(true);
    expect(await plain(withTexts({ prompt: JSON.stringify(graph) }))).toBe(false);
    expect(await plain(withTexts({ parameters: 'hello' }))).toBe(false);
    expect(await plain(join(png.subarray(0, 33), chunk('zTXt', bytes('parameters\0\0junk')), png.subarray(33)))).toBe(
      false,
    );
    expect(await plain(bytes('hello'))).toBe(false);
  });
});
