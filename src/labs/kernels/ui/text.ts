// Times, rates, bytes and shapes as the kernel lab writes them. Pure.
import { sameShape } from '../config/reconcile.ts';
import type { FamilyInfo, Phase, Shape } from '../state/types.ts';
import { compact, short, three } from '../../../frame/ui/format.ts';

/** 1.23 s, 45.6 ms, 789 µs. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms >= 999.5) return `${three(ms / 1000)} s`;
  if (ms >= 0.9995) return `${three(ms)} ms`;
  if (ms >= 0.0009995) return `${three(ms * 1000)} µs`;
  return ms === 0 ? '0' : `${three(ms * 1e6)} ns`;
}
/** In one unit down a column: GFLOP/s or GB/s. */
export function giga(perSecond: number): string {
  const v = perSecond / 1e9;
  if (v >= 9999.5) return Math.round(v).toLocaleString('en');
  return v >= 0.0995 ? three(v) : compact(v, 2);
}
export function percent(share: number): string {
  if (share >= 0.0995) return `${Math.round(100 * share)} %`;
  return share >= 0.00095 ? `${(100 * share).toFixed(1)} %` : '< 0.1 %';
}
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
  convolution: 'Convolutions',
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
/** What stands beside long work: how far it is, or why it does not run. */
export function workText(
  phase: Phase,
  gpu: boolean,
  { running, noGpu = 'No GPU to measure', stopped = 'Stopped' }: { running: string; noGpu?: string; stopped?: string },
): string {
  if (phase === 'running') return running;
  if (!gpu) return noGpu;
  return phase === 'cancelled' ? stopped : '';
}
/** Ties of numbers to words: "1 version", "3 versions". */
export const counted = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
