import type { PassRow, TransformerSession } from './transformerTypes.ts';

/** One token row of a pass, and whether its logits are wanted. */
export interface Line {
  readonly row: number;
  readonly slot: number;
  readonly token: number;
  readonly position: number;
  readonly wanted: boolean;
}

/** Checks the rows of a pass and numbers their tokens. */
export function linesOf(
  rows: readonly PassRow[],
  want: 'last' | 'all',
  session: Pick<TransformerSession, 'config' | 'context' | 'length'>,
): Line[] {
  const { context } = session;
  const { vocab } = session.config;
  const lines: Line[] = [];
  const seen = new Set<number>();
  for (const [row, { sequence, tokens }] of rows.entries()) {
    const length = session.length(sequence);
    if (seen.has(sequence)) throw new RangeError(`sequence ${sequence} is twice in one pass`);
    seen.add(sequence);
    if (tokens.length === 0) throw new RangeError(`no tokens for sequence ${sequence}`);
    if (length + tokens.length > context)
      throw new RangeError(`${length} + ${tokens.length} tokens do not fit the context of ${context}`);
    for (const [i, token] of tokens.entries()) {
      if (!Number.isInteger(token) || token < 0 || token >= vocab)
        throw new RangeError(`token ${token} is not in the vocabulary of ${vocab}`);
      lines.push({
        row,
        slot: sequence,
        token,
        position: length + i,
        wanted: want === 'all' || i === tokens.length - 1,
      });
    }
  }
  return lines;
}
