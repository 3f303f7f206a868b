import { shown } from './error.ts';
import { isObject, parseObject, type Json } from './json.ts';
import type { TokenDecoder } from './tokenText.ts';
import type { AddedToken } from './addedTokens.ts';
import type { PreTokenizerStep } from './textPieces.ts';
import { tokenizerModel } from './tokenizerModel.ts';
import { decoderOf, normalizerStep, preTokenizerStep, type Normalizer } from './tokenizerSteps.ts';
import {
  absent,
  fault,
  flag,
  hint,
  list,
  object,
  steps,
  text,
  tokenizerLimits,
  unknown,
  whole,
} from './tokenizerValues.ts';

/**
 * tokenizer.json, checked, as functions that do what the Python library does. Of `@huggingface/tokenizers` they use what
 * it does alike: byte-pair merges and patterns (docs/decisions/0008-tokenizers.md). Text that arrives token by token:
 * tokenText.ts.
 */
export interface CheckedTokenizer {
  readonly normalize: Normalizer;
  readonly pieces: PreTokenizerStep;
  /** Ids of one piece. */
  readonly model: (piece: string) => readonly number[];
  readonly added: readonly AddedToken[];
  /** Text of every token, indexed by id, without holes. */
  readonly tokens: readonly string[];
  readonly special: ReadonlySet<number>;
  /** Ids around a text that is encoded with special tokens. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly decoder: TokenDecoder;
}

function addedToken(value: unknown): AddedToken {
  const token = object(value, 'an added token');
  const content = text(token['content'], 'the text of an added token');
  if (content === '') throw fault('an added token has no text');
  const special = flag(token['special'], 'special');
  return {
    id: whole(token['id'], `the id of ${shown(content)}`),
    content,
    special,
    lstrip: flag(token['lstrip'], 'lstrip'),
    rstrip: flag(token['rstrip'], 'rstrip'),
    singleWord: flag(token['single_word'], 'single_word'),
    normalized: absent(token['normalized']) ? !special : flag(token['normalized'], 'normalized'),
  };
}

/** Tokens by id; every id once, none missing. */
function tokensById(vocab: ReadonlyMap<string, number>, added: readonly AddedToken[]): string[] {
  const entries = [...vocab];
  if (entries.length === 0 || entries.length > tokenizerLimits.tokens)
    throw fault(`the vocabulary has ${entries.length} tokens; 1 to ${tokenizerLimits.tokens} are expected`);
  const byId = new Map<number, string>();
  const put = (token: string, id: number): void => {
    const other = byId.get(id);
    if (other !== undefined && other !== token)
      throw fault(`the tokens ${shown(other)} and ${shown(token)} have the same id ${id}`);
    byId.set(id, token);
  };
  for (const [token, id] of entries) put(token, id);
  for (const { content, id } of added) {
    const known = vocab.get(content);
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

/** Ids that the post-processor puts before and after a text. */
function surroundings(value: unknown, count: number): { before: number[]; after: number[] } {
  const [before, after]: [number[], number[]] = [[], []];
  for (const step of steps(value, 'the post-processor', 'processors')) {
    if (step['type'] === 'ByteLevel') continue;
    if (step['type'] === 'BertProcessing' || step['type'] === 'RobertaProcessing') {
      before.unshift(pairedId(step, 'cls', count));
      after.push(pairedId(step, 'sep', count));
      continue;
    }
    if (step['type'] !== 'TemplateProcessing')
      throw unknown('post-processor', step, 'TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel');
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

/** The id in a pair ["[CLS]", 101]. */
function pairedId(step: Json, key: string, count: number): number {
  const [name, id] = list(step[key], `${key} of the post-processor`);
  const found = whole(id, `the id of ${shown(name)}`);
  if (found >= count)
    throw fault(`the post-processor's ${shown(name)} has the id ${found}, beyond the ${count} tokens`);
  return found;
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
  const { vocab, model } = tokenizerModel(file['model']);
  const added = list(file['added_tokens'] ?? [], 'added_tokens', tokenizerLimits.tokens).map(addedToken);
  const tokens = tokensById(vocab, added);
  const normalizers = steps(file['normalizer'], 'the normalizer', 'normalizers').map(normalizerStep);
  const splits = steps(file['pre_tokenizer'], 'the pre-tokenizer', 'pretokenizers').flatMap(preTokenizerStep);
  return {
    tokens,
    special: new Set(added.filter((token) => token.special).map((token) => token.id)),
    ...surroundings(file['post_processor'], tokens.length),
    decoder: decoderOf(file['decoder']),
    normalize: (given) => normalizers.reduce((now, step) => step(now), given),
    pieces: (given) => splits.reduce((now, step) => step(now), given),
    model,
    added,
  };
}
