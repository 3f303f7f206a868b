// Byte-level BPE in a GGUF file: how the text is cut before its merges, by llama.cpp's name for it.
import { shown } from './error.ts';
import type { GgufValue } from './gguf.ts';
import { fault, type Pieces, type Vocabulary } from './ggufPieces.ts';
import type { Json } from './json.ts';
import { gpt2Pattern } from './tokenPattern.ts';

export interface Pre {
  /** Patterns of isolating splits, or other steps, in order. */
  readonly patterns: readonly (string | Json)[];
  readonly nfc?: true;
  readonly ignoreMerges?: true;
  readonly addStart?: true;
}
const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const short = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
/** Words, runs of at most `digits` digits, signs, line ends, spaces: the split of Llama 3 (3 digits) and Qwen 2 (1). */
const modern = (digits: string): string =>
  `${short}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${spaces}`;
const [upper, lower] = ['[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]', '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'];
const before = '[^\\r\\n\\p{L}\\p{N}]?';
/** Words that begin anew where a capital follows a small letter: GPT-4o's split (o200k) and Tekken's. */
const cased = (ending: string, digits: string): string =>
  `${before}${upper}*${lower}+${ending}|${before}${upper}+${lower}*${ending}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`;

const gpt2: Pre = { patterns: [gpt2Pattern] };
const digitsFirst: Pre = { patterns: ['\\p{N}', gpt2Pattern] };
const llama3: Pre = { patterns: [modern('\\p{N}{1,3}')], ignoreMerges: true, addStart: true };
const likeLlama3: Pre = { patterns: llama3.patterns };
const qwen2: Pre = { patterns: [modern('\\p{N}')], nfc: true };
const likeQwen2: Pre = { patterns: qwen2.patterns };
const qwen35: Pre = {
  nfc: true,
  patterns: [`${short}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaces}`],
};
const gpt4o: Pre = { patterns: [cased(`${short}?`, '\\p{N}{1,3}')] };
const tekken: Pre = { patterns: [cased('', '\\p{N}')], ignoreMerges: true, addStart: true };
const falcon: Pre = {
  patterns: [
    { type: 'Punctuation', behavior: 'Contiguous' },
    { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    '\\p{N}+',
    '[0-9][0-9][0-9]',
  ],
};
const chinese = '[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]+';
const deepseekCoder: Pre = { patterns: ['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', chinese, '\\p{N}'] };
const deepseekV3: Pre = {
  patterns: [
    '\\p{N}{1,3}',
    '[\\u4e00-\\u9fa5\\u3040-\\u309f\\u30a0-\\u30ff]+',
    `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${spaces}`,
  ],
};
const bloom: Pre = { patterns: [' ?[^(\\s|[.,!?…。，、।۔،])]+'] };
const seedCoder: Pre = {
  patterns: [`${short}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${spaces}`],
};

/** Pre-tokenizers by llama.cpp's name (`tokenizer.ggml.pre`), as the models' own tokenizers cut. */
const named: readonly (readonly [Pre, string])[] = [
  [gpt2, 'gpt-2 olmo mpt phi-2 jais trillion granite-docling exaone4 a.x-4.0 mellum gigachat'],
  [digitsFirst, 'smollm starcoder refact command-r codeshell exaone minerva-7b'],
  [llama3, 'llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2'],
  [likeLlama3, 'smaug-bpe dbrx glm4 chatglm-bpe'],
  [qwen2, 'qwen2 deepseek-r1-qwen kormo megrez'],
  [likeQwen2, 'stablelm2 hunyuan solar-open grok-2'],
  [qwen35, 'qwen35'],
  [gpt4o, 'gpt-4o llama4'],
  [tekken, 'tekken'],
  [falcon, 'falcon'],
  [deepseekCoder, 'deepseek-coder'],
  [deepseekV3, 'deepseek-v3 hunyuan-dense joyai-llm'],
  [bloom, 'bloom gpt3-finnish poro-chat'],
  [{ patterns: [...bloom.patterns, '\\p{N}'] }, 'viking'],
  [seedCoder, 'seed-coder'],
  [{ patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', gpt2Pattern, '\\p{N}+', '[0-9][0-9][0-9]'] }, 'default'],
];
const pres = new Map(named.flatMap(([pre, names]) => names.split(' ').map((name) => [name, pre] as const)));

export function preTokenizer(name: GgufValue): Pre {
  const found = typeof name === 'string' ? pres.get(name) : undefined;
  if (found) return found;
  throw fault(`the pre-tokenizer ${shown(name)} is not supported; supported are ${[...pres.keys()].join(', ')}`);
}

/** Model, normalizer, splits and decoder of byte-level BPE. */
export function byteLevel(pre: Pre, vocabulary: Vocabulary, merges: readonly string[] | null): Pieces {
  if (!merges) throw fault('the file has no merges (tokenizer.ggml.merges)');
  const split = (Regex: string): Json => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false });
  const steps = pre.patterns.map((step) => (typeof step === 'string' ? split(step) : step));
  return {
    model: {
      vocab: Object.fromEntries(vocabulary.ids),
      type: 'BPE',
      ignore_merges: pre.ignoreMerges ?? false,
      merges,
    },
    normalizer: pre.nfc ? { type: 'NFC' } : null,
    decoder: { type: 'ByteLevel' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: steps.some((step) => step['type'] === 'ByteLevel')
        ? steps
        : [...steps, { type: 'ByteLevel', add_prefix_space: false, use_regex: false }],
    },
  };
}
