// What a draw came to, in one sentence. Pure.
import type { Inspection } from '../../state/types.ts';
import { visible } from '../text.ts';

type Interval = NonNullable<Inspection['draw']>['intervals'][number];
const LEAST = 2;
const MOST = 6;
/** As few decimals as still show the number inside its interval. */
function decimals(u: number, { from, to }: Interval): number {
  const round = (v: number, d: number) => Number(v.toFixed(d));
  for (let d = LEAST; d < MOST; d++) if (round(from, d) <= round(u, d) && round(u, d) < round(to, d)) return d;
  return MOST;
}
const name = (text: string) => `‘${visible(text)}’`;

/** "The draw 0.61 fell on ‘␣moment’, which held 0.58–0.63."; null when nothing was drawn. */
export function drawWords({ draw, chosen }: Pick<Inspection, 'draw' | 'chosen'>): string | null {
  if (!draw) return null;
  const { u, intervals } = draw;
  const hit = intervals.find(({ from, to }) => from <= u && u < to);
  const mine = intervals.find(({ token }) => token === chosen.token);
  const held = (i: Interval, d: number) => `${i.from.toFixed(d)}–${i.to.toFixed(d)}`;
  if (!hit) return `The draw ${u.toFixed(4)} fell among the less likely tokens.`;
  const d = decimals(u, hit);
  const fell = `The draw ${u.toFixed(d)} fell on ${name(hit.text)}, which held ${held(hit, d)}`;
  if (hit.token === chosen.token) return `${fell}.`;
  return mine ? `${fell}; ${name(mine.text)} held ${held(mine, Math.max(d, decimals(mine.from, mine)))}.` : `${fell}.`;
}
