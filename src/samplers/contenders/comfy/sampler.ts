// A contender's sampler as a node of ComfyUI: by its name there, by a node that takes its settings, or the nearest there is
// with a sentence that says what remains.
import type { Alias } from '../../../core/alias.ts';
import { defaults, type ParamValue } from '../../../core/field.ts';
import { samplerAliases } from '../../diffusion/aliases.ts';
import { samplers, type SamplerId } from '../../diffusion/index.ts';
import type { Sampler } from '../../diffusion/types.ts';
import { contenderFields, isStochastic } from '../contender.ts';
import { evaluationsAStep } from '../families.ts';
import type { Contender } from '../types.ts';
import type { Planned } from './graph.ts';
import { comfySamplers } from './names.ts';

type Params = Readonly<Record<string, ParamValue>>;

export interface ComfySampler {
  /** What KSampler takes; null where a node of its own sets its parameters. */
  readonly name: string | null;
  readonly node: Planned;
  /** What differs from the contender's own steps; null where nothing does. */
  readonly remains: string | null;
}

const same = (a: Params, b: Params): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);

/** A tool's name for an entry with exactly these settings. */
export function exactName(
  aliases: readonly Alias[],
  usual: Params,
  params: Params,
  known: ReadonlySet<string>,
): string | null {
  const fits = (a: Alias) => a.tool === 'ComfyUI' && known.has(a.name) && same({ ...usual, ...a.params }, params);
  return aliases.find(fits)?.name ?? null;
}

type AsNode = (p: Params) => Planned | null;
/** Settings under their own names. */
const taking =
  (class_type: string, keys: readonly string[], more: Planned['inputs'] = {}): AsNode =>
  (p) => ({ class_type, inputs: { ...Object.fromEntries(keys.map((key) => [key, p[key]!])), ...more } });
const ON_CPU = { noise_device: 'cpu' };
const erTypes: Readonly<Record<string, string>> = { er_sde: 'ER-SDE', sde: 'Reverse-time SDE', ode: 'ODE' };

/** Samplers whose settings a node there takes. */
const nodes: Partial<Record<SamplerId, AsNode>> = {
  euler_ancestral: taking('SamplerEulerAncestral', ['eta', 's_noise']),
  euler_ancestral_cfg_pp: taking('SamplerEulerAncestralCFGPP', ['eta', 's_noise']),
  lms: taking('SamplerLMS', ['order']),
  dpmpp_2s_ancestral: taking('SamplerDPMPP_2S_Ancestral', ['eta', 's_noise']),
  dpmpp_sde: taking('SamplerDPMPP_SDE', ['eta', 's_noise', 'r'], ON_CPU),
  dpmpp_2m_sde: taking('SamplerDPMPP_2M_SDE', ['solver_type', 'eta', 's_noise'], ON_CPU),
  dpmpp_3m_sde: taking('SamplerDPMPP_3M_SDE', ['eta', 's_noise'], ON_CPU),
  seeds_2: taking('SamplerSEEDS2', ['solver_type', 'eta', 's_noise', 'r']),
  er_sde: ({ max_stage, scaler, curvature, s_noise }) =>
    curvature === 'published'
      ? {
          class_type: 'SamplerER_SDE',
          inputs: { solver_type: erTypes[String(scaler)]!, max_stage: max_stage!, eta: 1, s_noise: s_noise! },
        }
      : null,
};

const select = (name: string): Planned => ({ class_type: 'KSamplerSelect', inputs: { sampler_name: name } });

/** The one whose steps cost and draw most alike. */
function nearest(c: Contender): string {
  const { order } = samplers[c.sampler] as Sampler;
  const evaluations = evaluationsAStep(c.sampler);
  if (order === 0) return 'lcm';
  if (isStochastic(c)) {
    if (evaluations > 1) return 'seeds_2';
    return order > 1 ? 'dpmpp_2m_sde' : 'euler_ancestral';
  }
  if (evaluations > 1) return (samplers[c.sampler] as Sampler).family === 'Exponential' ? 'exp_heun_2_x0' : 'heun';
  return order > 1 ? 'dpmpp_2m' : 'euler';
}

function remainsOf(c: Contender, instead: string): string {
  const { title, params } = samplers[c.sampler] as Sampler;
  const own = samplerAliases[c.sampler].some((a) => a.tool === 'ComfyUI' && a.name === instead);
  const fields = contenderFields(c).params;
  const settings = Object.keys(params as object).map((key) => `${fields[key]!.label} ${String(c.params[key])}`);
  if (own) return `ComfyUI runs ${instead} with settings of its own; this contender has ${settings.join(', ')}.`;
  const elsewhere = samplerAliases[c.sampler].find((a) => a.tool === 'RES4LYF');
  return `ComfyUI has no ${title}: ${instead} takes its place over the same levels.${elsewhere ? ` The custom nodes of RES4LYF have it as ${elsewhere.name}.` : ''}`;
}

/** Pure. */
export function comfySampler(c: Contender): ComfySampler {
  const aliases = samplerAliases[c.sampler];
  const usual: Params = defaults(contenderFields(c).params as never);
  const name = exactName(aliases, usual, c.params, comfySamplers);
  if (name !== null) {
    const ownLevels = name === 'dpm_fast' && c.schedule !== 'exponential';
    return {
      name,
      node: select(name),
      remains: ownLevels
        ? 'ComfyUI’s dpm_fast reads the first and the last of the levels alone and walks exponential ones between them.'
        : null,
    };
  }
  const node = nodes[c.sampler]?.(c.params);
  if (node) return { name: null, node, remains: null };
  const instead = aliases.find((a) => a.tool === 'ComfyUI' && comfySamplers.has(a.name))?.name ?? nearest(c);
  return { name: instead, node: select(instead), remains: remainsOf(c, instead) };
}
