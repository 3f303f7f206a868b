// Times, rates, bytes and shapes as the kernel lab writes them. Pure.
import { sameShape } from '../config/settle.ts';
import type { FamilyInfo, Shape } from '../state/types.ts';
import { compact, short, three } from '../../../frame/ui/format.ts';

/** 1.23 s, 45.6 ms, 789 µs. */
export const duration = (ms: number): string =>
  !Number.isFinite(ms)
    ? '–'
    : ms >= 999.5
      ? `${three(ms / 1000)} s`
      : ms >= 0.9995
        ? `${three(ms)} ms`
        : ms >= 0.0009995
          ? `${three(ms * 1000)} µs`
          : ms === 0
            ? '0'
            : `${three(ms * 1e6)} ns`;
/** In one unit down a column: GFLOP/s or GB/s. */
export const giga = (perSecond: number): string => {
  const v = perSecond / 1e9;
  return v >= 9999.5 ? Math.round(v).toLocaleString('en') : v >= 0.0995 ? three(v) : compact(v, 2);
};
export const percent = (share: number): string =>
  share >= 0.0995 ? `${Math.round(100 * share)} %` : share >= 0.00095 ? `${(100 * share).toFixed(1)} %` : '< 0.1 %';
export const shapeWords = (family: Pick<FamilyInfo, 'dims'>, shape: Shape): string =>
  family.dims.map((d) => `${d.name} ${shape[d.name]}`).join(', ');
/** A shape by the name that the family gives it, else by its numbers. */
export const shapeName = (family: Pick<FamilyInfo, 'dims' | 'shapes'>, shape: Shape): string =>
  family.shapes.find((s) => sameShape(s.shape, shape))?.label ?? shapeWords(family, shape);
/** The worker's sentences with powers of ten as the page writes them: 5.05e-16 becomes 5.05·10⁻¹⁶. */
export const powers = (text: string): string =>
  text.replace(/(?<![\w.])-?\d+(?:\.(\d+))?e[+-]?\d+(?![\w.]*\w)/g, (number, fraction: string | undefined) =>
    short(Number(number), (fraction?.length ?? 0) + 2),
  );

export const GROUPS: Readonly<Record<FamilyInfo['group'], string>> = {
  linear: 'Linear layers',
  attention: 'Attention',
  norm: 'Norms',
  reduce: 'Reductions',
  sampling: 'Sampling',
  random: 'Random numbers',
  diffusion: 'Diffusion',
  density: 'Densities',
  quant: 'Quantised weights',
  image: 'Images',
};
/** Families under their groups, in the catalogue's order. */
export function groupedFamilies(
  families: readonly FamilyInfo[],
): readonly { readonly group: string; readonly items: readonly FamilyInfo[] }[] {
  return [...new Set(families.map((f) => f.group))].map((group) => ({
    group: GROUPS[group],
    items: families.filter((f) => f.group === group),
  }));
}
/** Families in whose title, name, group or summary every word of the search occurs. */
export function foundFamilies(families: readonly FamilyInfo[], search: string): readonly FamilyInfo[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((w) => w !== '');
  return families.filter((f) =>
    words.every((w) => `${f.title} ${f.id} ${GROUPS[f.group]} ${f.summary}`.toLowerCase().includes(w)),
  );
}
/** Ties of numbers to words: "1 version", "3 versions". */
export const counted = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
