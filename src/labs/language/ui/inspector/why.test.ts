import { expect, test } from 'vitest';
import { drawWords } from './why.ts';

const intervals = [
  { token: 7, text: ' the', from: 0, to: 0.58 },
  { token: 9, text: ' moment', from: 0.58, to: 0.6304 },
  { token: 4, text: '\n', from: 0.6304, to: 0.63041 },
  { token: 2, text: 'x', from: 0.63041, to: 0.9 },
];
const chosen = (token: number) => ({ token, text: '', logit: 0, probability: 0.1, rank: 0, surprisalBits: 1 });
const words = (u: number, token: number) => drawWords({ draw: { u, intervals }, chosen: chosen(token) });

test('a draw in one sentence, with as few decimals as show it inside', () => {
  expect(words(0.6112, 9)).toBe('The draw 0.61 fell on ‘␣moment’, which held 0.58–0.63.');
  expect(words(0.6299, 9)).toBe('The draw 0.6299 fell on ‘␣moment’, which held 0.5800–0.6304.');
  expect(words(0, 7)).toBe('The draw 0.00 fell on ‘␣the’, which held 0.00–0.58.');
  expect(words(0.58, 9)).toBe('The draw 0.58 fell on ‘␣moment’, which held 0.58–0.63.');
  expect(words(0.630402, 4)).toBe('The draw 0.63040 fell on ‘↵’, which held 0.63040–0.63041.');
});
test('a draw that another token won, or none at all', () => {
  expect(words(0.3, 9)).toBe('The draw 0.30 fell on ‘␣the’, which held 0.00–0.58; ‘␣moment’ held 0.58–0.63.');
  expect(words(0.3, 99)).toBe('The draw 0.30 fell on ‘␣the’, which held 0.00–0.58.');
  expect(words(0.95, 99)).toBe('The draw 0.9500 fell among the less likely tokens.');
  expect(drawWords({ draw: null, chosen: chosen(9) })).toBeNull();
});
