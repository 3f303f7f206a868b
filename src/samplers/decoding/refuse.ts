import type { AnyField } from '../../core/field.ts';
import { stageOf } from './stages.ts';
import type { Chain, Stage, StageUse } from './types.ts';

const isMirostat = (id: string) => id === 'mirostat' || id === 'mirostat_v2';
const listed = (names: readonly string[]) => names.map((n) => `"${n}"`).join(', ');

/** Parameters that are missing, unknown or out of range, then the stage's own objections. */
function refuseUse(stage: Stage, use: StageUse): string[] {
  const fields = stage.params as Record<string, AnyField>;
  const out: string[] = [];
  for (const key of Object.keys(use.params))
    if (!Object.hasOwn(fields, key))
      out.push(`${stage.title} has no parameter "${key}"; it has ${listed(Object.keys(fields))}.`);
  for (const [key, field] of Object.entries(fields)) {
    const value = use.params[key];
    if (value === undefined) out.push(`${stage.title} needs its parameter "${key}".`);
    else if (typeof value !== typeof field.default || field.parse(field.format(value as never)) === undefined)
      out.push(
        `${stage.title}: ${field.label} cannot be ${JSON.stringify(value)}${field.kind === 'number' ? `; it must be a${field.integer ? ' whole' : ''} number from ${field.min} to ${field.max}` : ''}.`,
      );
  }
  const own = out.length === 0 ? stage.refuse?.(use.params) : null;
  return own ? [...out, own] : out;
}

/**
 * Every reason, as a sentence, why a chain cannot be run as it stands; empty when it can. Nothing is silently ignored.
 */
export function refuseChain(chain: Chain): string[] {
  const out: string[] = [];
  const seen = new Set<string>();
  const told = new Set<string>();
  for (const use of chain) {
    const stage = stageOf(use.stage);
    if (!stage) {
      out.push(`There is no stage "${use.stage}".`);
      continue;
    }
    out.push(...refuseUse(stage, use));
    if (seen.has(use.stage) && !told.has(use.stage)) {
      out.push(`${stage.title} is in the chain twice: its parameters contradict each other. Remove one.`);
      told.add(use.stage);
    }
    seen.add(use.stage);
  }
  if (seen.has('temperature') && seen.has('dynamic_temperature'))
    out.push('Temperature and dynamic temperature both set the temperature: remove one.');
  const known = chain.map((use) => stageOf(use.stage)).filter((s) => s !== undefined);
  const adaptive = known.findIndex((s) => isMirostat(s.id));
  if (adaptive >= 0) {
    if (seen.has('mirostat') && seen.has('mirostat_v2'))
      out.push('Mirostat 1 and Mirostat 2 both steer the surprise: remove one.');
    const truncating = known.filter((s) => s.group === 'truncate').map((s) => s.title);
    if (truncating.length > 0)
      out.push(
        `${known[adaptive]!.title} does its own truncation and measures the surprise it leads to: remove ${listed(truncating)}.`,
      );
    const after = known
      .slice(adaptive + 1)
      .filter((s) => s.group !== 'truncate' && !isMirostat(s.id))
      .map((s) => s.title);
    if (after.length > 0)
      out.push(
        `${known[adaptive]!.title} must be the last stage, because it measures the distribution that draws: move ${listed(after)} before it.`,
      );
  }
  return out;
}

/** Parameters of the GPU's draw kernel. */
export interface GpuDraw {
  readonly temperature: number;
  readonly k: number;
  readonly topP: number;
  readonly minP: number;
}

/** Candidates the draw kernel can hold. */
export const GPU_TOP_K = 128;
const GPU_ORDER = ['temperature', 'top_k', 'top_p', 'min_p'];

/**
 * The chain as the GPU draw kernel does it, or null when only the CPU can: temperature, top-k of at most 128, top-p,
 * min-p, in this order, each at most once and top-k present. Absent ones are 1, 1 and 0.
 */
export function gpuDraw(chain: Chain): GpuDraw | null {
  if (refuseChain(chain).length > 0) return null;
  const places = chain.map((use) => GPU_ORDER.indexOf(use.stage));
  const value = (stage: string, key: string, none: number) =>
    Number(chain.find((use) => use.stage === stage)?.params[key] ?? none);
  if (places.some((place, i) => place < 0 || (i > 0 && place <= places[i - 1]!))) return null;
  const k = value('top_k', 'k', Infinity);
  const p = value('top_p', 'p', 1);
  // A mass of 0 is the arg max by definition, which the kernel does not take for an argument.
  return k <= GPU_TOP_K && p > 0
    ? { temperature: value('temperature', 'temperature', 1), k, topP: p, minP: value('min_p', 'p', 0) }
    : null;
}
