import { describe, expect, test } from 'vitest';
import { bundledFiles } from '../../../engine/pipeline/testing.ts';
import { createClipTokenizer } from '../../../formats/clip/tokenizer.ts';
import { readDiffusion } from '../../../hub/diffusionConfigs.ts';
import { pictureModels } from '../../../models/pictures.ts';
import { never } from './testing.ts';
import { textRead, wholeWords } from './words.ts';

const [side] = (await readDiffusion(bundledFiles(), never)).texts;
const tokenizer = createClipTokenizer(side!.tokenizer, side!.config.positions);
const pieces = (text: string) => textRead(text, tokenizer.encode(text)).pieces;

describe('words that the bundled model has no token for', () => {
  test('are named as they were typed, each once', () => {
    expect(pieces('An Astronaut with red hair, an astronaut riding a horse, big smile')).toEqual([
      'Astronaut',
      'astronaut',
      'riding',
      'horse',
    ]);
    expect(pieces('')).toEqual([]);
  });
  test('are none of its own prompts’', () => {
    for (const prompt of pictureModels['text-avatars'].prompts) expect(pieces(prompt), prompt).toEqual([]);
  });
  test('that were cut off are not named: what was cut is', () => {
    const long = `${'red hair, '.repeat(20)}astronaut`;
    expect(textRead(long, tokenizer.encode(long))).toMatchObject({
      pieces: [],
      cut: expect.stringMatching(/astronaut$/),
    });
  });
});

test('the words that it surely knows are whole ones, each one token', () => {
  const words = wholeWords(side!.tokenizer);
  expect(words.length).toBeGreaterThan(90);
  expect(words).toEqual(expect.arrayContaining(['background', 'beard', 'micah', 'pigtails', 'purple', 'sunglasses']));
  for (const part of ['ackground', 'nglasses', 'irk']) expect(words).not.toContain(part);
  for (const word of words) expect(pieces(word)).toEqual([]);
});
