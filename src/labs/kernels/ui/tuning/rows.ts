// What runs for each family and why: ordered by the link, measured by the search, or from the table. Pure.
import type { KernelChoices } from '../../../../frame/config/kernelChoices.ts';
import { orderable } from '../../config/menus.ts';
import type { FamilyInfo, Tuning, TuneStep } from '../../state/types.ts';

export interface TuningRow {
  readonly family: string;
  readonly title: string;
  /** The family of the catalogue that shows these versions; null before the catalogue is there. */
  readonly opens: string | null;
  readonly runs: string | null;
  readonly why: 'ordered' | 'measured' | 'table';
  readonly table: string | null;
  readonly measured: string | null;
  readonly step: TuneStep | null;
  readonly versions: readonly { readonly id: string; readonly lacks: readonly string[] }[];
}
function reason(obeyed: boolean, measured: boolean): TuningRow['why'] {
  if (obeyed) return 'ordered';
  return measured ? 'measured' : 'table';
}
export function tuningRows(
  families: readonly FamilyInfo[],
  tuning: Tuning | null,
  fresh: readonly TuneStep[],
  ordered: KernelChoices,
): readonly TuningRow[] {
  return orderable.map(({ family, versions }) => {
    const own = families.filter((f) => f.tunes === family);
    const first = own[0];
    const step = fresh.find((s) => s.family === family) ?? tuning?.steps.find((s) => s.family === family) ?? null;
    const order = (ordered as Readonly<Record<string, string>>)[family];
    const measured = (tuning?.choices as Readonly<Record<string, string>> | undefined)?.[family] ?? null;
    const chosen = first?.versions.find((v) => v.chosen)?.id ?? null;
    const obeyed = order !== undefined && (chosen === null || chosen === order);
    const why = reason(obeyed, measured !== null);
    return {
      family,
      title: [...new Set(own.map((f) => f.title.replace(/, \w+ weights$/, '')))].join('; ') || family,
      opens: first?.id ?? null,
      why,
      measured,
      step,
      runs: chosen ?? order ?? measured,
      table: step?.table ?? (why === 'table' ? chosen : null),
      versions: versions.map((id) => ({ id, lacks: first?.versions.find((v) => v.id === id)?.lacks ?? [] })),
    };
  });
}
