import { FormatError, shown } from './error.ts';
import { isObject, parseObject, type Json } from './json.ts';
import { assertSafePattern, gpt2Pattern } from './tokenPattern.ts';
import type { TokenDecoder } from './tokenText.ts';

/**
 * tokenizer.json, checked and rewritten into the forms in which `@huggingface/tokenizers` does what the Python library
 * does (where they differ: docs/decisions/0008-tokenizers.md). Decoding and special tokens are taken out of it:
 * tokenText.ts and tokenizer.ts do them.
 */
export interface CheckedTokenizer {
  /** What the library is given: normalizer, pre-tokenizer, BPE model, added tokens. */
  readonly forLibrary: Json;
  /** Text of every token, indexed by id, without holes. */
  readonly tokens: readonly string[];
  readonly special: ReadonlySet<number>;
  /** Ids around a text that is encoded with special tokens. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly decoder: TokenDecoder;
}

export const tokenizerLimits = {
  fileBytes: 64 * 2 ** 20,
  tokens: 1_000_000,
  merges: 2_000_000,
  tokenLength: 65_536,
  steps: 16,
} as const;
const hint =
  "Take tokenizer.json from the model's own repository, with the weights; the app reads byte-pair encodings (BPE), as GPT-2, Llama, Mistral, SmolLM and Qwen have.";
const fault = (message: string) => new FormatError(message, hint);

const text = (value: unknown, what: string): string =>
  typeof value === 'string' && value.length <= tokenizerLimits.tokenLength
    ? value
    : (() => {
        throw fault(`${what} must be a text, got ${shown(value)}`);
      })();
const whole = (value: unknown, what: string): number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < tokenizerLimits.tokens
    ? (value as number)
    : (() => {
        throw fault(`${what} must be a whole number below ${tokenizerLimits.tokens}, got ${shown(value)}`);
      })();
function list(value: unknown, what: string, most: number = tokenizerLimits.steps): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most)
    throw fault(
      `${what} must be a list of at most ${most} entries, got ${Array.isArray(value) ? `${value.length} of them` : shown(value)}`,
    );
  return value;
}
const object = (value: unknown, what: string): Json =>
  isObject(value)
    ? value
    : (() => {
        throw fault(`${what} must be an object, got ${shown(value)}`);
      })();
const flag = (value: unknown, what: string): boolean =>
  value === undefined || value === null
    ? false
    : typeof value === 'boolean'
      ? value
      : (() => {
          throw fault(`${what} must be true or false, got ${shown(value)}`);
        })();
const absent = (value: unknown): boolean => value === undefined || value === null;

/** Steps of a kind that may be nested in sequences, flattened. */
function steps(value: unknown, what: string, key: string, depth = 0): Json[] {
  if (absent(value)) return [];
  const step = object(value, what);
  if (step['type'] !== 'Sequence') return [step];
  if (depth > 3) throw fault(`${what} is nested too deep`);
  const all = list(step[key], `the sequence of ${what}`).flatMap((s) => steps(s, what, key, depth + 1));
  if (all.length > tokenizerLimits.steps)
    throw fault(`${what} has ${all.length} steps; at most ${tokenizerLimits.steps} are allowed`);
  return all;
}
const sequence = (key: string, all: readonly Json[]): Json | null =>
  all.length === 0 ? null : { type: 'Sequence', [key]: all };
const unknown = (what: string, step: Json, known: string) =>
  fault(`the ${what} ${shown(step['type'])} is not supported; supported are ${known}`);

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

function normalizerStep(step: Json): Json[] {
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

function preTokenizerStep(step: Json): Json[] {
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

function decoderOf(value: unknown): TokenDecoder {
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

interface Added {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
}
function addedToken(value: unknown): Added {
  const token = object(value, 'an added token');
  const content = text(token['content'], 'the text of an added token');
  if (content === '') throw fault('an added token has no text');
  if (flag(token['single_word'], 'single_word'))
    throw fault(`the added token ${shown(content)} must stand alone as a word (single_word), which is not supported`);
  const special = flag(token['special'], 'special');
  return {
    id: whole(token['id'], `the id of ${shown(content)}`),
    content,
    special,
    lstrip: flag(token['lstrip'], 'lstrip'),
    rstrip: flag(token['rstrip'], 'rstrip'),
    normalized: absent(token['normalized']) ? !special : flag(token['normalized'], 'normalized'),
  };
}

/** Tokens by id; every id once, none missing. */
function tokensById(vocab: Json, added: readonly Added[]): string[] {
  const entries = Object.entries(vocab);
  if (entries.length === 0 || entries.length > tokenizerLimits.tokens)
    throw fault(`the vocabulary has ${entries.length} tokens; 1 to ${tokenizerLimits.tokens} are expected`);
  const byId = new Map<number, string>();
  const put = (token: string, id: number): void => {
    const other = byId.get(id);
    if (other !== undefined && other !== token)
      throw fault(`the tokens ${shown(other)} and ${shown(token)} have the same id ${id}`);
    byId.set(id, token);
  };
  for (const [token, id] of entries) put(text(token, 'a token'), whole(id, `the id of ${shown(token)}`));
  for (const { content, id } of added) {
    const known = Object.hasOwn(vocab, content) ? vocab[content] : undefined;
    if (known !== undefined && known !== id)
      throw fault(`the token ${shown(content)} has the ids ${shown(known)} and ${id}`);
    put(content, id);
  }
  const tokens: string[] = [];
  for (let id = 0; id < byId.size; id++) {
    const token = byId.get(id);
    if (token === undefined)
      throw fault(`no token has the id ${id}, though there are ${byId.size} tokens: ids must be 0 to ${byId.size - 1}`);
    tokens.push(token);
  }
  return tokens;
}

function checkedModel(value: unknown): { readonly model: Json; readonly vocab: Json } {
  const model = object(value, "the tokenizer's model");
  const type = model['type'] ?? (isObject(model['vocab']) && Array.isArray(model['merges']) ? 'BPE' : undefined);
  if (type !== 'BPE') throw fault(`the tokenizer's model is ${shown(type)}; this app reads BPE`);
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix'])
    if (!absent(model[key]) && model[key] !== '')
      throw fault(`the model's ${key} ${shown(model[key])} is not supported`);
  if (!absent(model['dropout']) && model['dropout'] !== 0)
    throw fault(`the model drops merges at random (dropout ${shown(model['dropout'])}), which is not supported`);
  const vocab = object(model['vocab'], 'the vocabulary');
  const has = (token: string): boolean => Object.hasOwn(vocab, token);
  const merges = list(model['merges'], 'the merges', tokenizerLimits.merges).map((merge, i): [string, string] => {
    const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    const [a, b] = pair;
    if (pair.length !== 2 || typeof a !== 'string' || typeof b !== 'string')
      throw fault(`merge ${i} must be two tokens, got ${shown(merge)}`);
    if (!has(a) || !has(b) || !has(a + b))
      throw fault(`merge ${i} of ${shown(a)} and ${shown(b)} needs a token that the vocabulary does not have`);
    return [a, b];
  });
  const unk = absent(model['unk_token']) ? null : text(model['unk_token'], 'unk_token');
  if (unk !== null && !has(unk))
    throw fault(`the token for unknown characters, ${shown(unk)}, is not in the vocabulary`);
  return {
    vocab,
    model: {
      type,
      vocab,
      merges,
      unk_token: unk,
      fuse_unk: flag(model['fuse_unk'], 'fuse_unk'),
      byte_fallback: flag(model['byte_fallback'], 'byte_fallback'),
      ignore_merges: flag(model['ignore_merges'], 'ignore_merges'),
    },
  };
}

/** Ids that the post-processor puts before and after a text. */
function surroundings(value: unknown, count: number): { before: number[]; after: number[] } {
  const [before, after]: [number[], number[]] = [[], []];
  for (const step of steps(value, 'the post-processor', 'processors')) {
    if (step['type'] === 'ByteLevel') continue;
    if (step['type'] !== 'TemplateProcessing')
      throw unknown('post-processor', step, 'TemplateProcessing and ByteLevel');
    const special = object(step['special_tokens'] ?? {}, 'special_tokens');
    let passed = false;
    for (const item of list(step['single'], "the post-processor's template", 64)) {
      const part = object(item, 'a part of the template');
      if (isObject(part['Sequence'])) passed = true;
      else {
        const name = text(
          object(part['SpecialToken'], 'a part of the template')['id'],
          'a special token of the template',
        );
        const ids = list(
          object(
            Object.hasOwn(special, name) ? special[name] : undefined,
            `the special token ${shown(name)} of the template`,
          )['ids'],
          'ids',
        ).map((id) => whole(id, `the id of ${shown(name)}`));
        const beyond = ids.find((id) => id >= count);
        if (beyond !== undefined)
          throw fault(`the template's special token ${shown(name)} has the id ${beyond}, beyond the ${count} tokens`);
        if (passed) after.push(...ids);
        else before.push(...ids);
      }
    }
  }
  return { before, after };
}

/**
 * Reads tokenizer.json: its bytes, or the object parsed from them. FormatError for whatever is malformed or cannot be
 * done exactly.
 */
export function checkTokenizer(source: unknown): CheckedTokenizer {
  if (source instanceof Uint8Array && source.length > tokenizerLimits.fileBytes)
    throw fault(`tokenizer.json has ${source.length} bytes; at most ${tokenizerLimits.fileBytes} are read`);
  const file =
    source instanceof Uint8Array
      ? parseObject(source, { what: 'tokenizer.json', depth: 16, hint })
      : object(source, 'tokenizer.json');
  const { model, vocab } = checkedModel(file['model']);
  const added = list(file['added_tokens'] ?? [], 'added_tokens', tokenizerLimits.tokens).map(addedToken);
  const tokens = tokensById(vocab, added);
  return {
    tokens,
    special: new Set(added.filter((token) => token.special).map((token) => token.id)),
    ...surroundings(file['post_processor'], tokens.length),
    decoder: decoderOf(file['decoder']),
    forLibrary: {
      normalizer: sequence(
        'normalizers',
        steps(file['normalizer'], 'the normalizer', 'normalizers').flatMap(normalizerStep),
      ),
      pre_tokenizer: sequence(
        'pretokenizers',
        steps(file['pre_tokenizer'], 'the pre-tokenizer', 'pretokenizers').flatMap(preTokenizerStep),
      ),
      post_processor: null,
      decoder: null,
      model,
      added_tokens: added,
    },
  };
}
