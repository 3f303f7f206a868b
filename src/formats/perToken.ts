import type { TransformerConfig } from './transformerConfig.ts';
import { weightNames } from './weightNames.ts';

export interface PerToken {
  /** Weights that a token is computed with, tables included, as publishers count them. */
  readonly parameters: number;
  /** Bytes of weights read for a token that is written alone: the embedding is one row unless it is the head too. */
  readonly bytes: number;
}

/** What a token costs: of the experts those that it goes to, of all else everything. */
export function perToken(
  config: TransformerConfig,
  bytesOf: (name: string, rows: number, cols: number) => number,
): PerToken {
  let [parameters, bytes] = [0, 0];
  for (const { name, from, cols } of weightNames(config, { kind: 'transformers', prefix: '' })) {
    const rows = from.reduce((n, part) => n + part.rows, 0);
    const { experts } = config;
    const share = experts && name.includes('.experts.') ? experts.used / experts.count : 1;
    parameters += share * rows * cols;
    const looked = name === 'position_embedding' || (name === 'token_embedding' && !config.tied);
    bytes += (looked ? 1 / rows : share) * bytesOf(name, rows, cols);
  }
  return { parameters: Math.round(parameters), bytes: Math.round(bytes) };
}
