// Edits of the reader's own noise levels, and reading them as text. What an edit makes is a list again, written in as few
// digits as keep it falling, so that it survives its own link; an edit gives the new list, or why there is none.
import { checkSigmas, LEAST_LEVEL, LEVELS_BELOW } from '../../schedules/explicit.ts';
import { DIGITS, roundedTo } from './levels.ts';

/** Two levels that an edit makes lie at least this far apart, in log σ; a list by link or by hand may be tighter. */
const CLOSEST = 1e-9;
/** An edit leaves at least this much room beside a level, in log σ, as long as there is that much. */
const ROOM = Math.log(1.005);
/** As high as the first level can be moved. */
const HIGHEST = LEVELS_BELOW * 0.9999;

/** A number strictly between two others, in as few digits as do; undefined where even 17 do not. */
function between(sigma: number, low: number, high: number): number | undefined {
  return DIGITS.map((digits) => roundedTo(sigma, digits)).find((s) => s > low && s < high);
}

/** The list, if it is one. */
function kept(list: readonly number[]): readonly number[] | string {
  return checkSigmas(list) ?? list;
}

/** Moves level i to σ, or as near to it as its neighbours allow. A level at 0 stays. */
export function moveLevel(sigmas: readonly number[], i: number, sigma: number): readonly number[] | string {
  if (!(sigmas[i]! > 0) || !(sigma > 0)) return sigmas;
  const above = i === 0 ? LEVELS_BELOW : sigmas[i - 1]!;
  // Above 0, or above nothing, the least level itself may be reached.
  const below = sigmas[i + 1] || 0;
  const room = Math.min(ROOM, Math.log(above / (below || LEAST_LEVEL)) / 3);
  const highest = i === 0 ? HIGHEST : above * Math.exp(-room);
  const lowest = below > 0 ? below * Math.exp(room) : LEAST_LEVEL;
  const moved = between(Math.min(highest, Math.max(lowest, sigma)), below, above);
  return moved === undefined ? `There is no room between ${above} and ${below}.` : kept(sigmas.with(i, moved));
}

/** Puts a level half-way (in log σ) between level i and the next. */
export function splitLevel(sigmas: readonly number[], i: number): readonly number[] | string {
  const a = sigmas[i];
  if (!(a! > 0)) return sigmas;
  const b = sigmas[i + 1];
  // Towards 0, or past the end, there is no half-way: half the level, a quarter of it.
  const onward = Math.max(LEAST_LEVEL, a! / (b === undefined ? 4 : 2));
  const made = between(b ? Math.sqrt(a! * b) : onward, b ?? 0, a!);
  if (made === undefined || (b && Math.log(a! / b) < 2 * CLOSEST))
    return `There is no room below level ${i + 1}, which is ${a}.`;
  return kept(sigmas.toSpliced(i + 1, 0, made));
}

/** Takes level i away; at least one step stays, and so does a level at 0. */
export const dropLevel = (sigmas: readonly number[], i: number): readonly number[] =>
  sigmas.length <= 2 || !(sigmas[i]! > 0) ? sigmas : sigmas.toSpliced(i, 1);

/** What programs print around a list, or before it. */
const WRAPPING = /\b(?:(?:np|numpy|torch|jnp|mx)\.)?(?:tensor|array|Tensor|DeviceArray|Array)\s*\(/g;
const REMARKS = /,?\s*\b(?:device|dtype|requires_grad|grad_fn)\s*=\s*(?:'[^']*'|"[^"]*"|<[^>]*>|[\w.]+)/g;
const NAME = /^\s*[A-Za-zσΣ_][\w.\s]*[:=]/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Reads a list as it is typed or as a program printed it: `14.6, 6.47 0`, `[14.6146, 6.4745, 0.0]`,
 * `sigmas = tensor([14.6146, 0.0], device='cuda:0')`, over several lines; or says why it cannot.
 */
export function parseLevels(text: string): readonly number[] | string {
  const bare = text
    .replace(NAME, ' ')
    .replace(REMARKS, ' ')
    .replace(WRAPPING, ' ')
    .replace(/[[\](){}]/g, ' ');
  const words = bare.split(/[\s,;_|→]+/).filter((w) => w !== '');
  if (words.some((w) => /^(?:\.{2,}|…)$/.test(w)))
    return 'The list is shortened with “…”: paste all of its levels (in NumPy and PyTorch, print list(sigmas)).';
  // A comma or semicolon at the end is how lists are typed; between two others it stands for a level that is missing.
  const entries = bare.replace(/[,;]\s*$/, '').split(/[,;]/);
  const empty = entries.length > 1 ? entries.findIndex((entry) => entry.trim() === '') : -1;
  if (empty >= 0) return `Level ${empty + 1} is empty: there is nothing between two commas.`;
  const odd = words.find((w) => !DECIMAL.test(w));
  if (odd !== undefined) return `“${odd.slice(0, 20)}” is not a number.`;
  return kept(words.map(Number));
}

/** The list as text that reads back as the same list. */
export const levelsText = (sigmas: readonly number[]): string => sigmas.map(String).join(' ');
