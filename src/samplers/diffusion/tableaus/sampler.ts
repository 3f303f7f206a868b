import { choiceField, numberField } from '../../../core/field.ts';
import { drawsNoise, noiseFields, type NoiseParams } from '../parts/stochastic.ts';
import type { Sampler } from '../types.ts';
import { memoryOf, tableauPlan } from './engine.ts';
import type { Variable } from './frames.ts';
import { sources } from './sources.ts';
import type { Method, Tableau } from './types.ts';

const noiseParams = {
  eta: numberField({
    label: noiseFields.eta.label,
    help: noiseFields.eta.help,
    default: 0,
    min: noiseFields.eta.min,
    max: noiseFields.eta.max,
  }),
  s_noise: noiseFields.s_noise,
};
const variableField = (usual: Variable) =>
  choiceField<Variable>({
    label: 'variable',
    help: 'In what the stages of a step are spaced and the slope is taken.',
    default: usual,
    options: [
      ['sigma', 'σ'],
      ['log', 'log σ'],
      ['flow', 'flow time σ/(1 + σ)'],
    ],
  });
const variableFields = { sigma: variableField('sigma'), log: variableField('log'), flow: variableField('flow') };

const counts = ' one two three four five six seven eight nine ten eleven twelve thirteen'.split(' ');

function kindOf({ frame }: Method, memory: number, group: TableauFamily): string {
  switch (frame) {
    case 'x0':
      return group === 'Integrating factor'
        ? 'An integrating factor, with a polynomial of the denoised picture taken away first'
        : 'An exponential integrator for the denoised picture';
    case 'epsilon':
      return 'An exponential integrator for the predicted noise';
    case 'lawson':
      return `An integrating factor: ${memory > 0 ? 'an Adams' : 'a Runge-Kutta'} method on x/σ`;
    case 'free':
      return memory > 0
        ? 'An Adams method for the slope, on steps of any length'
        : 'A Runge-Kutta method for the slope';
    default:
      return frame satisfies never;
  }
}

/** "An exponential integrator for the denoised picture; four evaluations a step." From what the method is. */
function summaryOf(method: Method, { nodes }: Tableau, memory: number, group: TableauFamily): string {
  const past = memory > 0 ? ` and the values of the ${memory === 1 ? 'step' : `${counts[memory]} steps`} before` : '';
  const cost = `${counts[nodes.length]} ${nodes.length === 1 ? 'evaluation' : 'evaluations'} a step${past}`;
  return [`${kindOf(method, memory, group)}; ${cost}.`, ...(method.says === undefined ? [] : [method.says])].join(' ');
}

/** A group of the menu; what samplers outside of tableaus are in follows from their cost. */
export type TableauFamily = 'Exponential' | 'Integrating factor' | 'Runge-Kutta' | 'Multistep';

type Params = NoiseParams & { readonly variable: Variable } & Readonly<Record<string, number | string>>;

function samplerOf(id: string, method: Method, family: TableauFamily): Sampler {
  const fields = {
    ...method.params,
    ...(method.frame === 'free' && { variable: variableFields[method.variable ?? 'sigma'] }),
    ...(method.noise !== 'none' && noiseParams),
  };
  const own = method.params ?? {};
  const usual = Object.fromEntries(Object.entries(own).map(([key, field]) => [key, field.default]));
  const made = new Map<string, Tableau>();
  const tableau = (params: Readonly<Record<string, number>>): Tableau => {
    const key = Object.keys(own)
      .map((name) => params[name])
      .join();
    const known = made.get(key) ?? method.tableau(params);
    if (made.size > 64) made.clear();
    made.set(key, known);
    return known;
  };
  return {
    id,
    title: method.title,
    paper: sources[method.source],
    get summary() {
      const plain = tableau(usual);
      return summaryOf(method, plain, memoryOf(plain), family);
    },
    order: method.order,
    family,
    stochastic: (params: Params) => method.noise !== 'none' && drawsNoise(params),
    params: fields as Sampler['params'],
    plan: (sigmas, params: Params) =>
      tableauPlan(method, tableau(params as never), sigmas, {
        eta: params.eta ?? 0,
        s_noise: params.s_noise ?? 1,
        variable: params.variable ?? 'sigma',
      }),
  };
}

/** The methods behind tableau samplers, for tests that look at coefficients. */
export const methods = new Map<string, Method>();

/** Samplers of the methods of a family, each under its key. */
export function family<const K extends string>(
  name: TableauFamily,
  list: Readonly<Record<K, Method>>,
): Readonly<Record<K, Sampler>> {
  return Object.fromEntries(
    Object.entries<Method>(list).map(([id, method]) => {
      methods.set(id, method);
      return [id, samplerOf(id, method, name)];
    }),
  ) as Record<K, Sampler>;
}
