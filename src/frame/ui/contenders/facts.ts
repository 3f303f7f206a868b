// A sampler's facts in few words: the order that was measured, what a step costs, whether it draws noise; and what is verified of
// it on this device. Pure.
import type { SamplerVerdict, Verified } from '../../../engine/tuning/verified.ts';
import { choosesCost, isStochastic, newContender } from '../../../samplers/contenders/contender.ts';
import { evaluationsAStep } from '../../../samplers/contenders/families.ts';
import { samplers, type SamplerId } from '../../../samplers/diffusion/index.ts';
import type { Sampler } from '../../../samplers/diffusion/types.ts';
import { short } from '../format.ts';

export interface Facts {
  /** Order, cost and noise, each in words. */
  readonly words: readonly string[];
  /** The same as a menu's row says and is searched by: without what nearly all have. */
  readonly told: string;
  /** As a row shows them, to be compared down the menu. */
  readonly badges: readonly string[];
}

/** Whether its plan draws noise as it comes, may do so, or never does. */
function noiseOf(id: SamplerId): { readonly words: string; readonly told: string; readonly badge: string } {
  if (isStochastic(newContender(id, 2))) return { words: 'stochastic', told: 'stochastic', badge: 'noise' };
  if (!('eta' in samplers[id].params)) return { words: 'deterministic', told: '', badge: '' };
  const told = 'stochastic with η above 0';
  return { words: `deterministic, ${told}`, told, badge: 'η' };
}

const some = (texts: readonly string[]): readonly string[] => texts.filter((text) => text !== '');

export function factsOf(id: SamplerId): Facts {
  const { order } = samplers[id];
  const steps = evaluationsAStep(id);
  const whole = Number.isInteger(steps);
  const counted = `${whole ? steps : `about ${steps.toFixed(1)}`} ${steps === 1 ? 'evaluation' : 'evaluations'} a step`;
  const made: Sampler = samplers[id];
  const chosen = choosesCost({ sampler: id });
  const own = made.adaptive && made.keepsLevels ? 'as many evaluations as it needs' : 'chooses its own steps';
  const cost = chosen ? own : counted;
  const noise = noiseOf(id);
  const measured = order > 0 ? `measured order ${order}` : '';
  return {
    words: [measured || 'no order: more steps lead to another law than the data’s', cost, noise.words],
    told: some([measured, cost, noise.told]).join(' · '),
    badges: some([
      noise.badge,
      order > 0 ? `order ${order}` : '',
      chosen ? 'adaptive' : `${whole ? steps : `≈${steps.toFixed(1)}`} NFE`,
    ]),
  };
}

export const sourceOf = (id: SamplerId): { readonly title: string; readonly url: string } => samplers[id].paper;

const day = (at: string): string =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** What is known of one on this device. `state`: how it is marked. */
export interface Verdict {
  readonly state: 'passed' | 'failed' | 'open' | 'none';
  readonly text: string;
}

function ofOne(v: SamplerVerdict, name: string): Verdict {
  const where = `${name}, ${day(v.at)}`;
  if (!v.pass) return { state: 'failed', text: `Failed here (${where}): ${v.fault}` };
  const cases = `${v.cases} ${v.cases === 1 ? 'check' : 'checks'} passed`;
  const error = v.error === null ? '' : `at most ${short(v.error)} from float64, ${short(v.allowed ?? 0)} allowed; `;
  return { state: 'passed', text: `Verified here (${where}): ${error}${cases}.` };
}

/** `known`: undefined before it was asked, null where there is no GPU. */
export function verdictOf(id: SamplerId, known: Verified | null | undefined): Verdict {
  if (known === undefined) return { state: 'none', text: '' };
  if (known === null)
    return {
      state: 'none',
      text: 'No GPU here to verify it on: float64 on the processor is what GPUs are held against.',
    };
  const own = known.samplers[id];
  return own ? ofOne(own, known.name) : { state: 'open', text: 'Not yet verified on this device.' };
}
