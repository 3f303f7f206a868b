// The steps of a tokenizer around its model: normalizer, pre-tokenizer and decoder, each as the Python library `tokenizers` does it.
import { charsMapOf, precompiled, sentencePieceText } from './charsMap.ts';
import { shown } from './error.ts';
import type { Json } from './json.ts';
import {
  cleaned,
  lowercase,
  nmt,
  punctuation,
  space,
  spacedChinese,
  spacesAfter,
  spacesBefore,
  withoutAccents,
  withoutMarks,
  wordsAndSigns,
} from './textClasses.ts';
import { escaped, mapped, patternOf, split, splitBehaviors, type PreTokenizerStep } from './textPieces.ts';
import { gpt2Pattern } from './tokenPattern.ts';
import { charOfByte, type TokenDecoder } from './tokenText.ts';
import { absent, fault, flag, object, steps, text, unknown, whole } from './tokenizerValues.ts';

/** A pattern as a regular expression, checked. */
function regex(value: unknown, what: string): RegExp {
  const pattern = object(value, `the pattern of ${what}`);
  if (typeof pattern['String'] === 'string') return patternOf(escaped(text(pattern['String'], what)));
  return patternOf(text(pattern['Regex'], `the pattern of ${what}`));
}

export type Normalizer = (text: string) => string;
const utf8 = new TextEncoder();
/** A text's UTF-8 in GPT-2's letters for bytes. */
const lettersOfBytes = (given: string): string => Array.from(utf8.encode(given), (byte) => charOfByte[byte]!).join('');
const alone: Readonly<Record<string, Normalizer>> = {
  NFC: (t) => t.normalize('NFC'),
  NFD: (t) => t.normalize('NFD'),
  NFKC: (t) => t.normalize('NFKC'),
  NFKD: (t) => t.normalize('NFKD'),
  Lowercase: lowercase,
  StripAccents: withoutMarks,
  Nmt: nmt,
  ByteLevel: lettersOfBytes,
};

export function normalizerStep(step: Json): Normalizer {
  const type = step['type'];
  if (typeof type === 'string' && Object.hasOwn(alone, type)) return alone[type]!;
  switch (type) {
    case 'Prepend': {
      const before = text(step['prepend'], 'what the normalizer prepends');
      return (t) => (t === '' ? t : before + t);
    }
    case 'Replace': {
      const pattern = regex(step['pattern'], 'the normalizer');
      const content = text(step['content'], 'the replacement of the normalizer');
      return (t) => t.replace(pattern, () => content);
    }
    case 'Strip': {
      const [left, right] = [flag(step['strip_left'], 'strip_left'), flag(step['strip_right'], 'strip_right')];
      return (t) => {
        const rest = left ? t.replace(spacesBefore, '') : t;
        return right ? rest.replace(spacesAfter, '') : rest;
      };
    }
    case 'BertNormalizer':
      return bert(step);
    case 'Precompiled':
      return precompiled(charsMapOf(step['precompiled_charsmap']));
    // Not a step of tokenizer.json's: ggufPieces.ts writes it for what GGUF keeps of SentencePiece's own normalizer.
    case 'SentencePiece':
      return sentencePieceText({
        map: absent(step['precompiled_charsmap']) ? null : charsMapOf(step['precompiled_charsmap']),
        addDummyPrefix: flag(step['add_dummy_prefix'], 'add_dummy_prefix'),
        removeExtraWhitespaces: flag(step['remove_extra_whitespaces'], 'remove_extra_whitespaces'),
      });
    default:
      throw unknown(
        'normalizer',
        step,
        `${Object.keys(alone).join(', ')}, Prepend, Replace, Strip, BertNormalizer and Precompiled`,
      );
  }
}

/** BERT's (tokenization.py of the released code): clean, Chinese characters apart, accents off, small letters. */
function bert(step: Json): Normalizer {
  const lower = flag(step['lowercase'], 'lowercase');
  const accents = absent(step['strip_accents']) ? lower : flag(step['strip_accents'], 'strip_accents');
  const all: Normalizer[] = [
    ...(flag(step['clean_text'], 'clean_text') ? [cleaned] : []),
    ...(flag(step['handle_chinese_chars'], 'handle_chinese_chars') ? [spacedChinese] : []),
    ...(accents ? [withoutAccents] : []),
    ...(lower ? [lowercase] : []),
  ];
  return (t) => all.reduce((now, change) => change(now), t);
}

/** How a split's behaviour is written: "Isolated" by the library, "isolated" by some files. */
function behaviorOf(value: unknown) {
  const found = splitBehaviors.find((known) => known === value);
  if (!found)
    throw fault(
      `the pre-tokenizer's split behaviour ${shown(value)} is not supported; supported are ${splitBehaviors.join(', ')}`,
    );
  return found;
}

export function preTokenizerStep(step: Json): PreTokenizerStep[] {
  const type = step['type'];
  switch (type) {
    case 'Split':
      return [
        split(
          regex(step['pattern'], 'the pre-tokenizer'),
          behaviorOf(step['behavior']),
          flag(step['invert'], 'invert'),
        ),
      ];
    case 'Punctuation':
      return [split(punctuation, absent(step['behavior']) ? 'Isolated' : behaviorOf(step['behavior']))];
    case 'BertPreTokenizer':
      return [split(space, 'Removed'), split(punctuation, 'Isolated')];
    case 'WhitespaceSplit':
      return [split(space, 'Removed')];
    case 'Whitespace':
      return [split(wordsAndSigns, 'Removed', true)];
    case 'CharDelimiterSplit':
      return [split(patternOf(escaped(text(step['delimiter'], 'delimiter'))), 'Removed')];
    case 'Digits':
      return [
        split(patternOf(flag(step['individual_digits'], 'individual_digits') ? '\\p{N}' : '\\p{N}+'), 'Isolated'),
      ];
    case 'ByteLevel':
      return [
        ...(flag(step['add_prefix_space'], 'add_prefix_space')
          ? [mapped(({ text: t }) => (t.startsWith(' ') ? t : ` ${t}`))]
          : []),
        ...(step['use_regex'] === false ? [] : [split(patternOf(gpt2Pattern), 'Isolated')]),
        mapped(({ text: t }) => lettersOfBytes(t)),
      ];
    case 'Metaspace':
      return metaspace(step);
    default:
      throw unknown(
        'pre-tokenizer',
        step,
        'Split, ByteLevel, Digits, Metaspace, Punctuation, BertPreTokenizer, Whitespace, WhitespaceSplit and CharDelimiterSplit',
      );
  }
}

function metaspace(step: Json): PreTokenizerStep[] {
  const mark = absent(step['replacement']) ? '▁' : text(step['replacement'], 'replacement');
  const scheme = step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always');
  if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never')
    throw fault(`prepend_scheme must be always, first or never, got ${shown(scheme)}`);
  if ([...mark].length !== 1) throw fault(`the mark for spaces must be one character, got ${shown(mark)}`);
  return [
    mapped(({ text: t, first }) => {
      const marked = t.replaceAll(' ', () => mark);
      const wanted = scheme === 'always' || (scheme === 'first' && first);
      return wanted && !marked.startsWith(mark) ? mark + marked : marked;
    }),
    ...(step['split'] === false ? [] : [split(patternOf(escaped(mark)), 'MergedWithNext')]),
  ];
}

export function decoderOf(value: unknown): TokenDecoder {
  const all = steps(value, 'the decoder', 'decoders');
  if (all.length === 1 && all[0]!['type'] === 'ByteLevel') return { kind: 'byteLevel' };
  if (all.length === 1 && all[0]!['type'] === 'WordPiece')
    return {
      kind: 'words',
      prefix: absent(all[0]!['prefix']) ? '##' : text(all[0]!['prefix'], "the decoder's prefix"),
      cleanup: absent(all[0]!['cleanup']) || flag(all[0]!['cleanup'], 'cleanup'),
    };
  const replaced: [string, string][] = [];
  let [byteFallback, fused, strip, firstDropsMark] = [false, false, 0, null as string | null];
  for (const step of all) {
    const type = step['type'];
    if (type === 'Replace' && !fused)
      replaced.push([
        text(object(step['pattern'], "the decoder's pattern")['String'], "the decoder's pattern"),
        text(step['content'], "the decoder's replacement"),
      ]);
    else if (type === 'ByteFallback') byteFallback = true;
    else if (type === 'Fuse') fused = true;
    else if (type === 'Metaspace' && !fused) {
      const mark = absent(step['replacement']) ? '▁' : text(step['replacement'], 'replacement');
      replaced.push([mark, ' ']);
      if (step['prepend_scheme'] !== 'never' && step['add_prefix_space'] !== false) firstDropsMark = mark;
    } else if (type === 'Strip' && fused && step['content'] === ' ' && (absent(step['stop']) || step['stop'] === 0))
      strip += whole(step['start'], "the decoder's strip");
    else
      throw unknown(
        'decoder',
        step,
        'ByteLevel, WordPiece, Metaspace, and Replace, ByteFallback, Fuse and a leading Strip in this order',
      );
  }
  if (all.length === 0) throw fault('the tokenizer has no decoder: its tokens cannot become text');
  if (replaced.some(([from]) => from === '')) throw fault('the decoder replaces an empty text');
  return { kind: 'text', replace: replaced, byteFallback, strip, firstDropsMark };
}
