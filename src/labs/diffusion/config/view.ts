// How a run is looked at, as far as a link keeps it: `view=layout:overlay,metric:sw1`. Nothing here changes what is
// computed. Defaults are omitted and the order is fixed, so equal views are written alike.
import { booleanField, choiceField, type AnyField } from '../../../core/field.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { metricMenu } from './menus.ts';

export type Background = 'none' | 'points' | 'density';
/** Costs, in the order of menus. */
export const costAxes = ['nfe', 'passes', 'work', 'depth', 'bytes', 'reads', 'gpuMs', 'wallMs'] as const;
export type CostAxis = (typeof costAxes)[number];
export interface KeptView {
  readonly layout: 'side' | 'overlay';
  readonly trails: boolean;
  readonly background: Background;
  readonly difference: boolean;
  /** How many times differences are enlarged: one of `GAINS`. */
  readonly gain: number;
  /** Metric of the charts and captions; null takes the first that is defined for all. */
  readonly metric: string | null;
  readonly costAxis: CostAxis;
}

export const GAINS: readonly number[] = [1, 2, 5, 10, 20, 50, 100];
const AUTOMATIC = 'auto';
const choice = <const T extends string>(label: string, first: NoInfer<T>, options: readonly T[]) =>
  choiceField<T>({ label, help: '', default: first, options: options.map((o) => [o, o] as const) });

/** Keys of the link in their order, each with its part of the view. */
const FIELDS: readonly (readonly [key: string, part: keyof KeptView, field: AnyField])[] = [
  ['layout', 'layout', choice('Layout', 'side', ['side', 'overlay'])],
  ['metric', 'metric', choice<string>('Metric', AUTOMATIC, [AUTOMATIC, ...metricMenu.map((m) => m.id)])],
  ['axis', 'costAxis', choice('Cost axis', 'nfe', costAxes)],
  ['target', 'background', choice('Target', 'density', ['none', 'points', 'density'])],
  ['trails', 'trails', booleanField({ label: 'Trajectories', help: '', default: true })],
  ['difference', 'difference', booleanField({ label: 'Difference to reference', help: '', default: false })],
  ['gain', 'gain', choice<string>('Gain', '1', GAINS.map(String))],
];

/** A part as its field has it, and back. */
const toField = (value: KeptView[keyof KeptView]) => (typeof value === 'number' ? String(value) : (value ?? AUTOMATIC));
function fromField(part: keyof KeptView, value: unknown): unknown {
  if (part === 'gain') return Number(value);
  return value === AUTOMATIC ? null : value;
}

export const defaultView = Object.fromEntries(
  FIELDS.map(([, part, field]) => [part, fromField(part, field.default)]),
) as unknown as KeptView;

/** The part of a link; '' for a view at its defaults. */
export function formatView(view: KeptView): string {
  const pairs = FIELDS.filter(([, part, field]) => toField(view[part]) !== field.default).map(
    ([key, part, field]) => `${key}:${field.format(toField(view[part]) as never)}`,
  );
  return pairs.length > 0 ? `view=${pairs.join(',')}` : '';
}

/** Reads the value of `view=`: a whole view, what it does not say at its default. */
export function parseView(text: string, refusals: Refusal[]): KeptView {
  const view: Record<string, unknown> = { ...defaultView };
  for (const pair of text === '' ? [] : text.split(',')) {
    const cut = pair.indexOf(':');
    const [key, value] = cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
    const known = FIELDS.find(([name]) => name === key);
    const parsed = known?.[2].parse(value);
    const refuse = (because: string, used: string) =>
      void refusals.push({ where: 'view', value: pair.slice(0, 80), because, used });
    if (!known) refuse(`there is no '${key.slice(0, 40)}' to look at`, 'nothing');
    else if (parsed === undefined) {
      const { kind } = known[2];
      const options = kind === 'choice' ? known[2].options.map((o) => o.value) : ['1', '0'];
      refuse(`${known[2].label} is one of ${options.join(', ')}`, known[2].format(known[2].default as never));
    } else view[known[1]] = fromField(known[1], parsed);
  }
  return view as unknown as KeptView;
}
