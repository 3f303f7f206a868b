import type { DistilMethod } from './types.ts';

/** a − b, number by number. */
export const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]!);

/**
 * Score distillation sampling. Poole et al. 2022, https://arxiv.org/abs/2209.14988, eq. 3, with a renderer that is the
 * identity: g = ε̂(θ + σz) − z. The z is a control variate: it changes no mean, and near a mode it takes away nearly all of
 * the noise. What is sought is a mode, so particles collapse onto it.
 */
export const sds: DistilMethod<object> = {
  id: 'sds',
  title: 'SDS',
  paper: { title: 'DreamFusion: Text-to-3D using 2D Diffusion', url: 'https://arxiv.org/abs/2209.14988' },
  summary: 'Pushes each particle to where the model would take it, by itself: all of them end at modes.',
  params: {},
  guided: false,
  asks: () => [{}],
  direction: ({ slopes, z }) => minus(slopes[0]!, z),
};
