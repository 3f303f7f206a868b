// What runs for each family and why: forced by the link, measured by the search, or from the table. Pure.
import type { KernelChoices } from '../../../../frame/config/kernelChoices.ts';
import { forceable } from '../../config/menus.ts';
import type { FamilyInfo, Tuning, TuneStep } from '../../state/types.ts';

export interface TuningRow {
  readonly family: string;
  readonly title: string;
  /** The family of the catalogue that shows these versions; null before the catalogue is there. */
  readonly opens: string | null;
  readonly runs: string | null;
  readonly why: 'override' | 'measured' | 'table';
  readonly table: string | null;
  readonly measured: string | null;
  readonly step: TuneStep | null;
  readonly versions: readonly { readonly id: string; readonly lacks: readonly string[] }[];
}
function reason(obeyed: boolean, measured: boolean): TuningRow['why'] {
  if (obeyed) return 'override';
  return measured ? 'measured' : 'table';
}
export function tuningRows(
  families: readonly FamilyInfo[],
  tuning: Tuning | null,
  fresh: readonly TuneStep[],
  overrides: KernelChoices,
): readonly TuningRow[] {
  return forceable.map(({ family, versions }) => {
    const own = families.filter((f) => f.tunes === family);
    const first = own[0];
    const step = fresh.find((s) => s.family === family) ?? tuning?.steps.find((s) => s.family === family) ?? null;
    const override = (overrides as Readonly<Record<string, string>>)[family];
    const measured = (tuning?.choices as Readonly<Record<string, string>> | undefined)?.[family] ?? null;
    const chosen = first?.versions.find((v) => v.chosen)?.id ?? null;
    const obeyed = override !== undefined && (chosen === null || chosen === override);
    const why = reason(obeyed, measured !== null);
    return {
      family,
      title: [...new Set(own.map((f) => f.title.replace(/, \w+ weights$/, '')))].join('; ') || family,
      opens: first?.id ?? null,
      why,
      measured,
      step,
      runs: chosen ?? override ?? measured,
      table: step?.table ?? (why === 'table' ? chosen : null),
      versions: versions.map((id) => ({ id, lacks: first?.versions.find((v) => v.id === id)?.lacks ?? [] })),
    };
  });
}
