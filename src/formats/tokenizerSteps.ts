// The steps of a tokenizer around its model: normalizer, pre-tokenizer and decoder.
import { shown } from './error.ts';
import type { Json } from './json.ts';
import { assertSafePattern, gpt2Pattern } from './tokenPattern.ts';
import type { TokenDecoder } from './tokenText.ts';
import { absent, fault, flag, object, steps, text, unknown, whole } from './tokenizerValues.ts';

const escaped = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
/** A pattern as a regular expression, checked. */
function regex(value: unknown, what: string): string {
  const pattern = object(value, `the pattern of ${what}`);
  if (typeof pattern['String'] === 'string') return escaped(text(pattern['String'], what));
  const source = text(pattern['Regex'], `the pattern of ${what}`);
  assertSafePattern(source);
  return source;
}

/** The library reads `$` in a replacement as JavaScript does; the Python library as itself. */
const replace = (pattern: string, content: string): Json => ({
  type: 'Replace',
  pattern: { Regex: pattern },
  content: content.replaceAll('$', '$$$$'),
});

export function normalizerStep(step: Json): Json[] {
  const type = step['type'];
  if (type === 'NFC' || type === 'NFD' || type === 'NFKC' || type === 'NFKD') return [{ type }];
  if (type === 'Prepend') return [{ type, prepend: text(step['prepend'], 'what the normalizer prepends') }];
  if (type === 'Replace')
    return [
      replace(regex(step['pattern'], 'the normalizer'), text(step['content'], 'the replacement of the normalizer')),
    ];
  if (type === 'Strip')
    return [
      ...(flag(step['strip_left'], 'strip_left') ? [replace('\\A\\s+', '')] : []),
      ...(flag(step['strip_right'], 'strip_right') ? [replace('\\s+\\z', '')] : []),
    ];
  throw unknown('normalizer', step, 'NFC, NFD, NFKC, NFKD, Prepend, Replace and Strip');
}

const isolated = (pattern: string): Json => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

export function preTokenizerStep(step: Json): Json[] {
  const type = step['type'];
  if (type === 'Split') {
    const pattern = regex(step['pattern'], 'the pre-tokenizer');
    const [behavior, invert] = [text(step['behavior'], 'behavior'), flag(step['invert'], 'invert')];
    if (behavior === 'Isolated') return [isolated(pattern)]; // the pieces are the same either way round
    if (behavior === 'Removed' && invert) return [{ type, pattern: { Regex: pattern }, behavior, invert }];
    throw fault(
      `the pre-tokenizer's split behaviour ${shown(behavior)}${invert ? ', inverted,' : ''} is not supported; supported are Isolated and inverted Removed`,
    );
  }
  if (type === 'ByteLevel') {
    const bytes = { type, add_prefix_space: false, use_regex: false };
    // The library adds the space after its own split instead of before; its Metaspace with a space for the mark does
    // just that.
    const prefix: Json[] = flag(step['add_prefix_space'], 'add_prefix_space')
      ? [{ type: 'Metaspace', replacement: ' ', prepend_scheme: 'always' }]
      : [];
    // The library's own pattern takes U+FEFF for a space and U+0085 for none.
    return [...prefix, ...(step['use_regex'] === false ? [] : [isolated(gpt2Pattern)]), bytes];
  }
  // The library's digits are 0 to 9 only.
  if (type === 'Digits') return [isolated(flag(step['individual_digits'], 'individual_digits') ? '\\p{N}' : '\\p{N}+')];
  if (type === 'Metaspace') {
    const mark = absent(step['replacement']) ? '▁' : text(step['replacement'], 'replacement');
    const scheme = step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always');
    if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never')
      throw fault(`prepend_scheme must be always, first or never, got ${shown(scheme)}`);
    if ([...mark].length !== 1) throw fault(`the mark for spaces must be one character, got ${shown(mark)}`);
    const c = escaped(mark);
    return [
      { type, replacement: mark, prepend_scheme: scheme },
      ...(step['split'] === false ? [] : [isolated(`${c}[^${c}]*|[^${c}]+`)]),
    ];
  }
  throw unknown('pre-tokenizer', step, 'Split, ByteLevel, Digits and Metaspace');
}

export function decoderOf(value: unknown): TokenDecoder {
  const all = steps(value, 'the decoder', 'decoders');
  if (all.length === 1 && all[0]!['type'] === 'ByteLevel') return { kind: 'byteLevel' };
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
        'ByteLevel, Metaspace, and Replace, ByteFallback, Fuse and a leading Strip in this order',
      );
  }
  if (all.length === 0) throw fault('the tokenizer has no decoder: its tokens cannot become text');
  if (replaced.some(([from]) => from === '')) throw fault('the decoder replaces an empty text');
  return { kind: 'text', replace: replaced, byteFallback, strip, firstDropsMark };
}
