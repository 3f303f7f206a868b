// What both engines are given: strings that tokenizers disagree about, prompts, and a text whose perplexity is measured.

/** Pieces that odd strings are joined of: spaces of all kinds, scripts, joined and bare accents, emoji, code, numbers. */
const PIECES = [
  'hello', ' world', '  ', '\n', '\n\n', '\t', ' ', '\r\n', "don't", "I'LL", '123456', '3.14', ' 7', 'x=y+1;', '->', '::', '…', '—',
  'déjà', 'e\u0301', 'ß', 'İ', 'naïve', 'Привет', ' мир', '你好', '世界', 'こんにちは', '한국어', 'مرحبا', 'שלום', 'नमस्ते', 'ไทย', '👍🏽', '👩‍👩‍👧', '🇩🇪',
  '\u00a0', '\u200b', '\u2028', '\ufeff', '\u3000', '<b>', '&amp;', '{"a":[1]}', '#!', '\\n', '%20', '`', "''", '""', '$', '€', '²', '½', 'ﬁ', 'Ⅷ', '𝔘',
  'the', 'The', ' THE', 'ing', 'tion', 'a', 'I', ' .', '!?', '(', ')', ' - ', '__init__', 'camelCase', 'HTTPServer', '0x1F', '1e-9', '_', '~', '^', '\u0007',
]; // prettier-ignore

/** `count` strings of one to nine pieces, by a linear congruential generator: the same everywhere. */
export function oddStrings(count) {
  let state = 12345;
  const next = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(9) }, () => PIECES[next(PIECES.length)]).join(''),
  );
}

export const prompts = [
  'The capital of France is',
  'Once upon a time, in a small village by the sea,',
  'def fibonacci(n):\n    ',
  '2 + 2 = 4\n3 + 5 = 8\n6 + 7 =',
];
export const GREEDY_TOKENS = 48;

/** Lincoln at Gettysburg, 1863, and Darwin, 1859: in the public domain. */
export const passage = `Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure. We are met on a great battle-field of that war. We have come to dedicate a portion of that field, as a final resting place for those who here gave their lives that that nation might live. It is altogether fitting and proper that we should do this. But, in a larger sense, we can not dedicate, we can not consecrate, we can not hallow this ground. The brave men, living and dead, who struggled here, have consecrated it, far above our poor power to add or detract.

When on board H.M.S. Beagle, as naturalist, I was much struck with certain facts in the distribution of the inhabitants of South America, and in the geological relations of the present to the past inhabitants of that continent. These facts seemed to me to throw some light on the origin of species, that mystery of mysteries, as it has been called by one of our greatest philosophers. On my return home, it occurred to me, in 1837, that something might perhaps be made out on this question by patiently accumulating and reflecting on all sorts of facts which could possibly have any bearing on it.`;
