// The gallery's entry whose link carries this text to a view; the record of a run in it is no part of the entry.
import type { Preset } from './firstPreset.ts';
import { presets } from './presets.ts';
import type { RowedView } from './rowedViews.ts';

export type TextView = 'edit' | 'seek' | RowedView;

const textIn = (p: Preset, view: TextView): string | undefined => {
  if (view === 'edit' || view === 'seek') return p[view];
  return p.rowed?.view === view ? p.rowed.text : undefined;
};
export function presetOfText(view: TextView, text: string): Preset | null {
  const own = text.replace(/;fp:[^;]*/, '');
  if (own === '') return null;
  return Object.values(presets as Record<string, Preset>).find((p) => textIn(p, view) === own) ?? null;
}
