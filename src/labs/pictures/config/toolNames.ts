// Samplers and schedules by the names that other programs write, and ours in theirs.
import type { Alias, Tool } from '../../../core/alias.ts';
import { defaults, type ParamValue } from '../../../core/field.ts';
import { sameName } from '../../../frame/ui/picker/search.ts';
import { contenderFields } from '../../../samplers/contenders/contender.ts';
import { samplerAliases } from '../../../samplers/diffusion/aliases.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import { scheduleAliases } from '../../../schedules/aliases.ts';
import { schedules, type ScheduleId } from '../../../schedules/index.ts';
import type { PictureContender } from './experiment.ts';

type Params = Readonly<Record<string, ParamValue>>;
export interface Named<Id extends string> {
  readonly id: Id;
  /** What must be set besides. */
  readonly params: Params;
}

/** The entry that a name stands for: that tool's names first, then any tool's, then our own. */
function named<Id extends string>(
  aliases: Readonly<Record<Id, readonly Alias[]>>,
  titles: Readonly<Record<Id, { readonly title: string }>>,
  name: string,
  tool: Tool,
): Named<Id> | undefined {
  const ids = Object.keys(aliases) as Id[];
  const all = ids.flatMap((id) => aliases[id].map((alias) => ({ id, alias })));
  const called = all.filter(({ alias }) => sameName(alias.name, name));
  const hit = called.find(({ alias }) => alias.tool === tool) ?? called[0];
  if (hit) return { id: hit.id, params: hit.alias.params ?? {} };
  const own = ids.find((id) => sameName(id, name) || sameName(titles[id].title, name));
  return own && { id: own, params: {} };
}

export const samplerNamed = (name: string, tool: Tool): Named<SamplerId> | undefined =>
  named(samplerAliases, samplers, name, tool);
export const scheduleNamed = (name: string, tool: Tool): Named<ScheduleId> | undefined =>
  named(scheduleAliases, schedules, name, tool);

export interface NamedPair {
  readonly sampler: Named<SamplerId>;
  /** Null where the name has none. */
  readonly schedule: Named<ScheduleId> | null;
}

/** A sampler's name, or one that ends in a schedule's: "DPM++ 2M SDE Karras". */
export function pairNamed(name: string, tool: Tool): NamedPair | undefined {
  const sampler = samplerNamed(name, tool);
  if (sampler) return { sampler, schedule: null };
  const words = name.trim().split(/\s+/).slice(0, 12);
  for (let at = 1; at < words.length; at++) {
    const first = samplerNamed(words.slice(0, at).join(' '), tool);
    const schedule = scheduleNamed(words.slice(at).join(' '), tool);
    if (first && schedule) return { sampler: first, schedule };
  }
  return undefined;
}

const same = (a: Params, b: Params): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

/** A tool's name for an entry with exactly these settings. */
function nameOf(aliases: readonly Alias[], usual: Params, params: Params, tool: Tool): string | undefined {
  return aliases.find((alias) => alias.tool === tool && same({ ...usual, ...alias.params }, params))?.name;
}

/** What a tool calls a contender's sampler and schedule; undefined for what it has no name for. */
export function toolNames(
  c: PictureContender,
  tool: Tool,
): { readonly sampler: string | undefined; readonly schedule: string | undefined } {
  const fields = contenderFields(c);
  const usual = (table: typeof fields.params) => defaults(table as never) as Params;
  return {
    sampler: nameOf(samplerAliases[c.sampler], usual(fields.params), c.params, tool),
    schedule:
      c.schedule === 'explicit'
        ? undefined
        : nameOf(scheduleAliases[c.schedule], usual(fields.scheduleParams), c.scheduleParams, tool),
  };
}
