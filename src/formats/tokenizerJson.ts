import { shown } from './error.ts';
import { isObject, parseObject, type Json } from './json.ts';
import type { TokenDecoder } from './tokenText.ts';
import { decoderOf, normalizerStep, preTokenizerStep } from './tokenizerSteps.ts';
import {
  absent,
  fault,
  flag,
  hint,
  list,
  object,
  sequence,
  steps,
  text,
  tokenizerLimits,
  unknown,
  whole,
} from './tokenizerValues.ts';

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
    const listed: readonly unknown[] = Array.isArray(merge) ? merge : [];
    const pair = typeof merge === 'string' ? merge.split(' ') : listed;
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
      else (passed ? after : before).push(...specialIds(part, special, count));
    }
  }
  return { before, after };
}

/** Ids of a template's special token, all of them below `count`. */
function specialIds(part: Json, special: Json, count: number): number[] {
  const named = object(part['SpecialToken'], 'a part of the template');
  const name = text(named['id'], 'a special token of the template');
  const entry = Object.hasOwn(special, name) ? special[name] : undefined;
  const given = object(entry, `the special token ${shown(name)} of the template`);
  const ids = list(given['ids'], 'ids').map((id) => whole(id, `the id of ${shown(name)}`));
  const beyond = ids.find((id) => id >= count);
  if (beyond !== undefined)
    throw fault(`the template's special token ${shown(name)} has the id ${beyond}, beyond the ${count} tokens`);
  return ids;
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
