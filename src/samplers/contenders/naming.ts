// What tells the contenders of a comparison apart: the names that captions, tables, charts and files give them.
import type { ParamValue } from '../../core/field.ts';
import { samplers } from '../diffusion/index.ts';
import { schedules } from '../../schedules/index.ts';
import { guidanceOf } from '../guidance/index.ts';
import { contenderFields, guidanceFieldsOf, type FieldTable } from './contender.ts';
import { FIT_TITLES } from './fitted.ts';
import type { Contender } from './types.ts';
import { wrapNames } from './wrapping.ts';

export interface Names {
  /** One for each contender, made of what differs; no two are alike. */
  readonly titles: readonly string[];
  /** Titles for lines over many numbers of steps: without the steps, where they are still different. */
  readonly lines: readonly string[];
  /** The settings of each that its title leaves out, number of steps excepted. */
  readonly rests: readonly string[];
  /** What all have in common, for one line above them; empty when they share nothing. */
  readonly common: string;
}

export interface Part {
  readonly text: string;
  /** Whether it tells some of the contenders apart. */
  readonly differs: boolean;
  /** Whether it says that the run is not the sampler's own. */
  readonly alters?: true;
}

/** What a lab's contenders have beside sampler, schedule and steps: the parts of one, seen among all. */
export type OwnParts<C extends Contender> = (c: C, contenders: readonly C[]) => readonly Part[];

const samplerText = (c: Contender): string => samplers[c.sampler].title;
function scheduleText(c: Contender): string {
  if (c.schedule !== 'explicit') return schedules[c.schedule].title;
  return c.fit ? FIT_TITLES[c.fit.by] : 'own σ list';
}
export const stepsText = (steps: number): string => `${steps} ${steps === 1 ? 'step' : 'steps'}`;

export const several = (values: readonly unknown[]): boolean => new Set(values).size > 1;

/** Numbers by the dozen do not fit a name. */
const shortened = (text: string): string => (text.length > 24 ? `${text.slice(0, 22)}…` : text);

/** Parameters of those with the same sampler (or schedule): only among them does a value tell something. */
function paramParts(
  c: Contender,
  fields: FieldTable,
  alike: readonly Contender[],
  of: (c: Contender) => Readonly<Record<string, ParamValue>>,
): Part[] {
  return Object.entries(fields).flatMap(([key, field]): Part[] => {
    const value = of(c)[key];
    // What a fit wrote has the fit's name.
    if (value === undefined || (field.kind === 'text' && c.fit)) return [];
    const differs = several(alike.map((other) => of(other)[key]));
    return differs || value !== field.default
      ? [{ text: `${field.label} ${shortened(field.format(value as never))}`, differs }]
      : [];
  });
}

/**
 * Of own σ lists of one length: the first level that differs from each of the others. Lists of different lengths
 * differ in their steps.
 */
function sigmaParts(c: Contender, contenders: readonly Contender[]): Part[] {
  if (c.schedule !== 'explicit') return [];
  const others = contenders.filter((o) => o.schedule === 'explicit' && o.steps === c.steps);
  const levels = new Set(others.map((o) => c.sigmas.findIndex((s, i) => s !== o.sigmas[i])));
  return [...levels]
    .filter((at) => at >= 0)
    .sort((a, b) => a - b)
    .map((at) => ({ text: `σ[${at}] ${Number(c.sigmas[at]!.toPrecision(6))}`, differs: true }));
}

/** A fit that wrote no levels; that of levels is the schedule's name. */
const fitParts = (c: Contender, contenders: readonly Contender[]): Part[] =>
  c.fit && c.schedule !== 'explicit'
    ? [{ text: FIT_TITLES[c.fit.by], differs: several(contenders.map((o) => o.fit?.by)) }]
    : [];

/** The method's name where one has a method of its own, its weight always, as every method has its own usual one. */
function guideParts(c: Contender, contenders: readonly Contender[]): Part[] {
  const { guide } = c;
  if (!guide) return [];
  const alike = contenders.filter((o) => o.guide?.method === guide.method);
  const { w: weight, ...others } = guidanceFieldsOf(c);
  return [
    { text: guidanceOf(guide.method).title, differs: several(contenders.map((o) => o.guide?.method)) },
    // A lab whose contenders have a weight whatever the method says it among its own parts.
    ...(guide.params.w === undefined
      ? []
      : [
          {
            text: `w ${weight!.format(guide.params.w as never)}`,
            differs: several(contenders.map((o) => o.guide?.params.w)),
          },
        ]),
    ...paramParts(c, others, alike, (o) => o.guide!.params),
  ];
}

function partsOf<C extends Contender>(c: C, contenders: readonly C[], own: OwnParts<C>): Part[] {
  const fields = contenderFields(c);
  const sameSampler = contenders.filter((o) => o.sampler === c.sampler);
  const sameSchedule = contenders.filter((o) => o.schedule === c.schedule);
  return [
    { text: samplerText(c), differs: several(contenders.map((o) => o.sampler)) },
    ...paramParts(c, fields.params, sameSampler, (o) => o.params),
    { text: scheduleText(c), differs: several(contenders.map(scheduleText)) },
    ...paramParts(c, fields.scheduleParams, sameSchedule, (o) => o.scheduleParams),
    ...sigmaParts(c, contenders),
    ...fitParts(c, contenders),
    ...guideParts(c, contenders),
    ...wrapNames(c).map((text) => ({
      text,
      alters: true as const,
      differs: contenders.some((o) => !wrapNames(o).includes(text)),
    })),
    ...own(c, contenders),
    { text: stepsText(c.steps), differs: several(contenders.map((o) => o.steps)) },
  ];
}

const join = (parts: readonly Part[]) => parts.map((p) => p.text).join(' · ');

const numbered = (names: readonly string[]): string[] =>
  names.map((text, i) => {
    const number = names.slice(0, i + 1).filter((t) => t === text).length;
    return names.indexOf(text) === names.lastIndexOf(text) ? text : `${text} (${number})`;
  });

function namesOf<C extends Contender>(contenders: readonly C[], own: OwnParts<C>): Names {
  const parts = contenders.map((c) => partsOf(c, contenders, own));
  const told = parts.map((list) => {
    const apart = list.filter((p) => p.differs);
    // One that differs in nothing of its own is called by its sampler, the first of its parts, and by what alters its runs.
    return apart.length > 0 ? apart : list.filter((p, i) => i === 0 || p.alters);
  });
  const titles = numbered(told.map(join));
  const stepless = told.map((list, i) => {
    const parts = list.filter((p) => p.text !== stepsText(contenders[i]!.steps));
    return parts.length > 0 ? join(parts) : samplerText(contenders[i]!);
  });
  const rest = (list: readonly Part[], i: number) => list.filter((p) => !told[i]!.includes(p));
  const texts = parts.map((list) => list.map((p) => p.text));
  const shared = rest(parts[0] ?? [], 0).filter((p) => texts.every((list) => list.includes(p.text)));
  return {
    titles,
    lines: new Set(stepless).size === stepless.length ? stepless : titles,
    rests: parts.map((list, i) => join(rest(list, i).filter((p) => p.text !== stepsText(contenders[i]!.steps)))),
    common: join(shared),
  };
}

const titleOf = <C extends Contender>(c: C, own: OwnParts<C>): string => join(partsOf(c, [c], own));

/** The names of a lab whose contenders have parts of their own. */
export const namesWith = <C extends Contender>(own: OwnParts<C>) => ({
  /** Names of contenders that are shown together. Two that are equal in everything are numbered. */
  contenderNames: (contenders: readonly C[]): Names => namesOf(contenders, own),
  /** "DPM++ 2M · Karras · ρ 5 · 10 steps": a contender by itself, with every parameter that is not at its default. */
  contenderTitle: (c: C): string => titleOf(c, own),
  /** The same of several that are shown together: equals are numbered as everywhere. */
  contenderTitles: (contenders: readonly C[]): readonly string[] => numbered(contenders.map((c) => titleOf(c, own))),
});

export const { contenderNames, contenderTitle, contenderTitles } = namesWith<Contender>(() => []);
