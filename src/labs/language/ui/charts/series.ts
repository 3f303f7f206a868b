// Lines of the language charts. Pure.
import type { Row } from '../../../../frame/ui/charts/LinesChart.tsx';
import type { SweptPoint } from '../../state/sweep.ts';
import type { ShownToken, Slot } from '../../state/types.ts';
import { withoutTwins } from '../text.ts';

/** One figure of every token, along the text; `smooth` places are averaged around each. */
export function alongText(
  texts: readonly { readonly slot: Slot; readonly tokens: readonly ShownToken[] }[],
  read: (t: ShownToken) => number,
  smooth: number,
): readonly Row[] {
  const n = texts.reduce((a, t) => Math.max(a, t.tokens.length), 0);
  const half = Math.floor(smooth / 2);
  const mean = (tokens: readonly ShownToken[], at: number): number => {
    const near = tokens.slice(Math.max(0, at - half), at + half + 1);
    return near.reduce((a, t) => a + read(t), 0) / near.length;
  };
  return Array.from(
    { length: n },
    (_, i) =>
      Object.assign(
        { x: i + 1 },
        Object.fromEntries(texts.filter((t) => i < t.tokens.length).map((t) => [`s${t.slot}`, mean(t.tokens, i)])),
      ) as Row,
  );
}

/** One metric of a sweep against what was varied, rising. */
export function sweepRows(points: readonly SweptPoint[], metric: string): readonly Row[] {
  const xs = [...new Set(points.map((p) => p.value))].sort((a, b) => a - b);
  return xs.map(
    (x) =>
      Object.assign(
        { x },
        Object.fromEntries(
          points
            .filter((p) => p.value === x && Number.isFinite(p.metrics[metric]))
            .map((p) => [`s${p.slot}`, p.metrics[metric]]),
        ),
      ) as Row,
  );
}
export const sweptMetrics = (points: readonly SweptPoint[]): readonly string[] =>
  withoutTwins(points.flatMap((p) => Object.keys(p.metrics)));
