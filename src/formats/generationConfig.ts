import { FormatError, shown } from './error.ts';
import { parseObject } from './json.ts';

const hint = "Take generation_config.json from the model's own repository, or leave it out.";
const largestId = 2 ** 31 - 1;

/**
 * Ids that end a text by generation_config.json (its `eos_token_id`, one or a list): what transformers' `generate`
 * stops at. Chat models list their end of a turn here and only the end of a text in config.json. Ids beyond the
 * vocabulary can never be drawn and are dropped.
 */
export function generationEnds(source: Uint8Array, vocab: number): readonly number[] {
  const value = parseObject(source, { what: 'generation_config.json', depth: 16, hint })['eos_token_id'] ?? [];
  const list: readonly unknown[] = [value].flat();
  const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0 && (id as number) <= largestId;
  if (list.length > 256 || !list.every(isId))
    throw new FormatError(
      `eos_token_id of generation_config.json must be a token id or a list of at most 256, got ${shown(value)}`,
      hint,
    );
  return [...new Set(list as number[])].filter((id) => id < vocab);
}
