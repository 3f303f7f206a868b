// Tokens and figures as the language lab writes them. Pure.
import type { ContenderCost, ShownToken, TokenRecord } from '../state/types.ts';
import type { Tint } from '../state/viewStore.ts';
import { compact } from '../../../frame/ui/format.ts';

/** A token between quotation marks, with what cannot be seen made visible. */
export const quoted = (text: string): string => `“${visible(text)}”`;
export const visible = (text: string): string =>
  text === '' ? '∅' : named(text.replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/^ | $/g, '␣'));
/**
 * Characters that steer instead of showing (a model may well write the one that turns the rest of the line round) are
 * named.
 */
export const named = (text: string): string =>
  text.replace(STEERING, (c) => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`);
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** A token in running text: a line break keeps a sign that can be pointed at. */
export const running = (text: string): string => (text === '' ? '·' : named(text).replaceAll('\n', '↵\n'));

export function percent(p: number): string {
  if (p >= 0.9995 && p < 1) return '> 99.9 %';
  if (p >= 0.1) return `${(100 * p).toFixed(1)} %`;
  if (p >= 0.0001) return `${compact(100 * p, 2)} %`;
  return p === 0 ? '0' : compact(p, 2);
}
export const bits = (nats: number): number => nats / Math.LN2;

export function count(n: number): string {
  if (n >= 1e9) return `${(n / 1e9).toFixed(1)} billion`;
  return n >= 1e6 ? `${(n / 1e6).toFixed(1)} million` : n.toLocaleString('en');
}

/** Steps of a tint, 0 is none; every step is a bit and a half. */
export const TINTS = 7;
const step = (inBits: number): number => Math.min(TINTS, Math.max(0, Math.floor(inBits / 1.5)));
/** The class that colours a token, '' for none. */
export function tintClass(tint: Tint, r: TokenRecord): string {
  switch (tint) {
    case 'none':
      return r.by === 'reader' ? 'by-reader' : '';
    case 'surprisal':
      return `t${step(bits(-r.logProbability))}`;
    case 'entropy':
      return `t${step(bits(r.entropy))}`;
    case 'origin':
      return `by-${r.by}`;
    default:
      return tint satisfies never;
  }
}
export const ORIGINS: Readonly<Record<TokenRecord['by'], string>> = {
  model: 'chosen from the model',
  drafted: 'drafted and accepted',
  corrected: 'drawn after a rejected draft',
  bonus: 'bonus after a fully accepted draft',
  reader: 'picked by hand',
};

/** "“ the”: 12.3 % of the model, 3rd; 3.0 bits" */
export function tokenFacts({ text, record: r }: ShownToken): string {
  const drawn = r.drawnLogProbability === null ? '' : `, ${percent(Math.exp(r.drawnLogProbability))} when drawn`;
  return `${quoted(text)} ${percent(Math.exp(r.logProbability))}${drawn} · rank ${r.rank + 1} · ${bits(-r.logProbability).toFixed(1)} bits${r.by === 'model' ? '' : ` · ${ORIGINS[r.by]}`}`;
}

/** Ids of metrics, each once; log-loss is not shown again in bits. */
export const withoutTwins = (ids: readonly string[]): readonly string[] =>
  [...new Set(ids)].filter((id) => id !== 'bits_per_token');

const per = (n: number, ms: number): number | null => (n > 0 && ms > 0 ? (1000 * n) / ms : null);
export const prefillSpeed = (c: ContenderCost): number | null => per(c.promptTokens, c.prefillMs);
export const decodeSpeed = (c: ContenderCost): number | null => per(c.tokens - c.fromPrompt, c.decodeMs);
export const acceptance = (c: ContenderCost): number | null => (c.proposed > 0 ? c.accepted / c.proposed : null);
export const tokensPerPass = (c: ContenderCost): number | null =>
  c.rows > 0 ? (c.tokens - c.fromPrompt) / c.rows : null;
export function speed(v: number | null): string {
  if (v === null) return '–';
  return v >= 100 ? String(Math.round(v)) : v.toPrecision(2);
}
