import type { StageId } from '../stages.ts';
import type { StageContext } from '../types.ts';

/**
 * The stages once more, as straight from their definitions as can be: plain arrays of probabilities, brute force, no
 * shared code with the stages, and slow. `draw(i)` is the i-th of a case's random numbers in [0, 1).
 */
export interface Definition {
  params(draw: (i: number) => number): Record<string, number | string | boolean>;
  /** Unnormalised weights of the outcome. */
  weights(logits: readonly number[], context: StageContext, params: never): number[];
}
const define = <P extends Record<string, number | string | boolean>>(
  params: (draw: (i: number) => number) => P,
  weights: (logits: readonly number[], context: StageContext, params: P) => number[],
): Definition => ({ params, weights: weights as Definition['weights'] });

const sum = (a: readonly number[]) => a.reduce((x, y) => x + y, 0);
const norm = (w: readonly number[]) => w.map((v) => v / sum(w));
const exp = (logits: readonly number[]) => norm(logits.map((l) => Math.exp(l - Math.max(...logits))));
const H = (p: readonly number[]) => -sum(p.map((v) => (v > 0 ? v * Math.log(v) : 0)));
/** Tokens with mass, most likely first; JavaScript's sort is stable. */
const ranked = (p: readonly number[]) => [...p.keys()].filter((i) => p[i]! > 0).sort((a, b) => p[b]! - p[a]!);
const only = (p: readonly number[], kept: readonly number[]) => p.map((v, i) => (kept.includes(i) ? v : 0));
const filter = (p: readonly number[], test: (v: number) => boolean) =>
  only(
    p,
    [...p.keys()].filter((i) => test(p[i]!)).length > 0
      ? [...p.keys()].filter((i) => test(p[i]!))
      : ranked(p).slice(0, 1),
  );
/** The shortest prefix of a list with mass ≥ target. */
const cover = (p: readonly number[], list: readonly number[], target: number) =>
  list.slice(
    0,
    1 +
      Math.max(
        0,
        list.findIndex((_, k) => sum(list.slice(0, k + 1).map((i) => p[i]!)) >= target),
      ),
  );
const within = (low: number, high: number) => (draw: (i: number) => number) => low + (high - low) * draw(0);
/** Every place where `run` stands in `history`. */
const places = (history: readonly number[], run: readonly number[]) =>
  [...history.keys()].filter((at) => at + run.length <= history.length && run.every((t, j) => history[at + j] === t));
type W = { lastN: number; prompt: boolean };
const seen = (c: StageContext, { lastN, prompt }: W) =>
  c.history.filter((_, at) => (prompt || at >= c.promptLength) && (lastN < 0 || at >= c.history.length - lastN));
const look = (draw: (i: number) => number): W => ({
  lastN: draw(1) < 0.5 ? -1 : 1 + Math.floor(20 * draw(2)),
  prompt: draw(3) < 0.5,
});
const counted =
  (change: (logit: number, count: number, penalty: number) => number) =>
  (l: readonly number[], c: StageContext, p: { penalty: number } & W) =>
    exp(l.map((v, t) => change(v, seen(c, p).filter((s) => s === t).length, p.penalty)));

function zipf(l: readonly number[], mu: number): number {
  const p = exp(l);
  const top = ranked(p)
    .slice(0, 100)
    .map((i) => p[i]!);
  const pairs = top.slice(1).map((q, i) => [Math.log((i + 2) / (i + 1)), Math.log(top[i]! / q)] as const);
  const s = sum(pairs.map(([t, b]) => t * b)) / sum(pairs.map(([t]) => t * t));
  const e = s - 1;
  return Math.max(1, Math.round(((e * 2 ** mu) / (1 - l.length ** -e)) ** (1 / s)));
}

/** Grammars of the random cases, with all beginnings of their texts as a regular expression. */
const beginnings: Readonly<Record<string, RegExp>> = {
  'root ::= [axy]* "b"': /^[axy]*b?$/,
  'root ::= x "bc" | "c" | x\nx ::= [axy] x | ""': /^([axy]*(bc?)?|c)$/,
  'root ::= ([axy] [axy])* "b"+ | [axy]*': /^(([axy]{2})*b+|[axy]*)$/,
  'root ::= ("xy" | "a"){0,500} [bc]{1,2}': /^(xy|a)*(x|[bc]{1,2})?$/,
};

export const definitions: Readonly<Record<StageId, Definition>> = {
  temperature: define(
    (d) => ({ temperature: within(0.2, 3)(d) }),
    (l, _, { temperature: t }) => exp(l).map((p) => p ** (1 / t)),
  ),
  dynamic_temperature: define(
    (d) => ({ temperature: 1 + d(0), range: d(1), exponent: 0.5 + d(2) }),
    (l, _, { temperature: t, range: r, exponent: e }) => {
      const p = exp(l);
      const share = H(p) / Math.log(p.filter((v) => v > 0).length);
      const now = t - r + 2 * r * share ** e;
      return p.map((v) => v ** (1 / now));
    },
  ),
  smoothing: define(
    (d) => ({ factor: 0.02 + 0.5 * d(0), curve: 1 + 2 * d(1) }),
    (l, _, { factor, curve }) => {
      const [max, k, s] = [Math.max(...l), (3 - curve) / 2, (curve - 1) / 2];
      return exp(
        l.map((v) => (v === -Infinity ? v : -(k * factor * (v - max) ** 2) + s * factor * (v - max) ** 3 + max)),
      );
    },
  ),
  top_k: define(
    (d) => ({ k: 1 + Math.floor(30 * d(0)) }),
    (l, _, { k }) =>
      only(
        exp(l),
        ranked(exp(l)).filter((_, rank) => rank < k),
      ),
  ),
  top_p: define(
    (d) => ({ p: within(0.05, 0.99)(d) }),
    (l, _, { p }) => only(exp(l), cover(exp(l), ranked(exp(l)), p)),
  ),
  min_p: define(
    (d) => ({ p: within(0.001, 0.5)(d) }),
    (l, _, { p }) => filter(exp(l), (v) => v / Math.max(...exp(l)) >= p),
  ),
  top_a: define(
    (d) => ({ a: within(0.001, 1)(d) }),
    (l, _, { a }) => filter(exp(l), (v) => v / Math.max(...exp(l)) ** 2 >= a),
  ),
  typical_p: define(
    (d) => ({ p: within(0.05, 0.99)(d) }),
    (l, _, { p: mass }) => {
      const p = exp(l);
      const off = p.map((v) => Math.abs(-Math.log(v) - H(p)));
      return only(
        p,
        cover(
          p,
          [...p.keys()].filter((i) => p[i]! > 0).sort((a, b) => off[a]! - off[b]!),
          mass,
        ),
      );
    },
  ),
  epsilon_cutoff: define(
    (d) => ({ epsilon: 0.2 * d(0) ** 2 }),
    (l, _, { epsilon }) => filter(exp(l), (v) => v > epsilon),
  ),
  eta_cutoff: define(
    (d) => ({ epsilon: 0.5 * d(0) ** 2 }),
    (l, _, { epsilon }) => filter(exp(l), (v) => v > Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-H(exp(l))))),
  ),
  top_n_sigma: define(
    (d) => ({ n: within(0.1, 3)(d) }),
    (l, _, { n }) => {
      const real = l.filter((v) => v > -Infinity);
      const mean = sum(real) / real.length;
      const sigma = Math.sqrt(sum(real.map((v) => (v - mean) ** 2)) / real.length);
      return only(
        exp(l),
        [...l.keys()].filter((i) => l[i]! >= Math.max(...l) - n * sigma),
      );
    },
  ),
  tail_free: define(
    (d) => ({ z: within(0.05, 0.99)(d) }),
    (l, _, { z }) => {
      const p = exp(l);
      const order = ranked(p);
      const q = order.map((i) => p[i]!);
      const slope = q.slice(1).map((v, i) => v - q[i]!);
      const bend = norm(slope.slice(1).map((v, i) => Math.abs(v - slope[i]!)));
      const cut = bend.findIndex((_, j) => sum(bend.slice(0, j + 1)) > z);
      return only(p, cut < 0 ? order : order.filter((_, rank) => rank <= cut + 1));
    },
  ),
  top_h: define(
    (d) => ({ alpha: within(0.05, 0.95)(d) }),
    (l, _, { alpha }) => {
      // Every prefix is tried, and the longest within the bound wins: a stronger statement than the greedy stop.
      const p = exp(l);
      const order = ranked(p);
      const fits = order.map((_, k) => H(norm(order.slice(0, k + 1).map((i) => p[i]!))) <= alpha * H(p));
      return only(p, order.slice(0, Math.max(fits.lastIndexOf(true), 0) + 1));
    },
  ),
  mirostat: define(
    (d) => ({ tau: within(0.5, 3)(d), eta: 0.1 }),
    (l, _, { tau }) => only(exp(l), ranked(exp(l)).slice(0, zipf(l, 2 * tau))),
  ),
  mirostat_v2: define(
    (d) => ({ tau: within(0.5, 3)(d), eta: 0.1 }),
    (l, _, { tau }) => filter(exp(l), (v) => v >= 2 ** (-2 * tau)),
  ),
  adaptive_p: define(
    (d) => ({ target: d(0), decay: 0.99 * d(1) }),
    (l, _, { target }) => {
      const d = exp(l).map((p) => (p - target) / 0.3);
      return exp(l.map((v, t) => (v === -Infinity ? v : 5 - (10 * d[t]! ** 2) / (1 + Math.abs(d[t]!)))));
    },
  ),
  xtc: define(
    (d) => ({ threshold: within(0.02, 0.3)(d), probability: d(1) }),
    (l, c, { threshold, probability }) => {
      const p = exp(l);
      const choices = ranked(p).filter((i) => p[i]! >= threshold);
      return c.uniform('xtc') < probability ? p.map((v, i) => (choices.slice(0, -1).includes(i) ? 0 : v)) : p;
    },
  ),
  dry: define(
    (d) => ({
      multiplier: 0.1 + d(0),
      base: 1 + d(1),
      allowed: 1 + Math.floor(3 * d(2)),
      lastN: d(3) < 0.5 ? -1 : 30,
      breakers: 'x',
    }),
    (l, c, { multiplier, base, allowed, lastN }) => {
      const h = seen(c, { lastN, prompt: true });
      const breaks = (t: number) => c.text(t)!.includes('x');
      return exp(
        l.map((v, t) => {
          const lengths = [...h.keys()].filter(
            (k) => k > 0 && !h.slice(-k).some(breaks) && places(h, [...h.slice(-k), t]).length > 0,
          );
          const longest = Math.max(0, ...lengths);
          return breaks(t) || longest < allowed ? v : v - multiplier * base ** (longest - allowed);
        }),
      );
    },
  ),
  repetition_penalty: define(
    (d) => ({ penalty: 1 + d(0), ...look(d) }),
    counted((l, n, penalty) => {
      if (n === 0) return l;
      return l > 0 ? l / penalty : l * penalty;
    }),
  ),
  presence_penalty: define(
    (d) => ({ penalty: 4 * d(0) - 2, ...look(d) }),
    counted((l, n, penalty) => (n > 0 ? l - penalty : l)),
  ),
  frequency_penalty: define(
    (d) => ({ penalty: 2 * d(0) - 1, ...look(d) }),
    counted((l, n, penalty) => l - n * penalty),
  ),
  no_repeat_ngram: define(
    (d) => ({ n: 1 + Math.floor(3 * d(0)) }),
    (l, { history: h }, { n }) => {
      const p = exp(l);
      const left = p.map((v, t) =>
        h.length >= n - 1 && places(h, [...h.slice(h.length - n + 1), t]).length > 0 ? 0 : v,
      );
      return sum(left) > 0 ? left : only(p, ranked(p).slice(0, 1));
    },
  ),
  logit_bias: define(
    (d) => ({ biases: `0:${(4 * d(0) - 2).toFixed(6)},3:-inf,4:${(6 * d(1) - 3).toFixed(6)}` }),
    (l, _, { biases }) => {
      const pairs = new Map(biases.split(',').map((item) => item.split(':') as [string, string]));
      return exp(l.map((v, t) => (pairs.get(`${t}`) === '-inf' ? -Infinity : v + Number(pairs.get(`${t}`) ?? 0))));
    },
  ),
  bad_words: define(
    (d) => ({ words: `${Math.floor(4 * d(0))},${Math.floor(4 * d(1))} ${Math.floor(4 * d(2))}` }),
    (l, { history: h }, { words }) => {
      const p = exp(l);
      const list = words.split(',').map((word) => word.split(' ').map(Number));
      const left = p.map((v, t) =>
        list.some((word) => word.at(-1) === t && [...h, t].slice(-word.length).join() === word.join()) ? 0 : v,
      );
      return sum(left) > 0 ? left : only(p, ranked(p).slice(0, 1));
    },
  ),
  min_new_tokens: define(
    (d) => ({ n: 1 + Math.floor(40 * d(0)) }),
    (l, c, { n }) => {
      const p = exp(l);
      const left = p.map((v, t) => (c.history.slice(c.promptLength).length < n && c.endTokens!.includes(t) ? 0 : v));
      return sum(left) > 0 ? left : only(p, ranked(p).slice(0, 1));
    },
  ),
  ignore_eos: define(
    () => ({}),
    (l, c) => {
      const p = exp(l);
      const left = p.map((v, t) => (c.endTokens!.includes(t) ? 0 : v));
      return sum(left) > 0 ? left : only(p, ranked(p).slice(0, 1));
    },
  ),
  grammar: define(
    (d) => ({ kind: 'gbnf', text: Object.keys(beginnings)[Math.floor(4 * d(0))]! }),
    (l, { history, promptLength, vocabulary }, { text }) => {
      const of = (t: number) => String.fromCharCode(...(vocabulary!.bytes(t) ?? []));
      const before = history.slice(promptLength).map(of).join('');
      return exp(l.map((v, t) => (beginnings[text]!.test(before + of(t)) ? v : -Infinity)));
    },
  ),
};
