import type { LanguageArchitectureId } from './architectures/index.ts';

/**
 * What a decoder-only transformer is, whatever file it came from: `config.json` of a hub repository and GGUF metadata
 * both become this. The weight names and shapes that go with it are in weightPlan.ts.
 */
export interface TransformerConfig {
  /** Id in architectures/: decides weight names, nothing else. */
  readonly architecture: LanguageArchitectureId;
  readonly vocab: number;
  readonly layers: number;
  /** Residual stream, `hidden_size`. */
  readonly width: number;
  readonly heads: number;
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Inner width of the feed-forward block, `intermediate_size`. */
  readonly hidden: number;
  /** Longest sequence the model was made for, in tokens. */
  readonly context: number;
  readonly norm: { readonly kind: 'layernorm' | 'rmsnorm'; readonly epsilon: number };
  /** `rope`: headDim/2 inverse frequencies in radians per token, scaling applied. */
  readonly position:
    | { readonly kind: 'learned' }
    | {
        readonly kind: 'rope';
        readonly inverseFrequencies: readonly number[];
        readonly scaling: 'none' | 'linear' | 'llama3';
      };
  readonly mlp: 'gelu' | 'swiglu';
  readonly bias: { readonly qkv: boolean; readonly output: boolean; readonly mlp: boolean };
  /** RMSNorm on every query and key head before RoPE (Qwen3). */
  readonly qkNorm: boolean;
  /** The output head is the token embedding. */
  readonly tied: boolean;
  /** Keys seen by a query, counting itself; null when all. */
  readonly slidingWindow: number | null;
  /** Token ids that end a text. */
  readonly endTokens: readonly number[];
  /** Token put before every text, or null. */
  readonly startToken: number | null;
}
