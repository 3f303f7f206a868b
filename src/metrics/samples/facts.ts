// What each metric is called and how its values are read: all that a page needs. The sums are in the files beside this.
import type { MetricFacts } from './types.ts';

const fromReference = { unit: 'data units', against: 'reference', better: 'lower', log: true } as const;
const sliced = {
  unit: 'data units',
  against: 'target',
  better: 'lower',
  log: true,
  paper: {
    title: 'Bonneel et al.: Sliced and Radon Wasserstein barycenters of measures (2015)',
    url: 'https://doi.org/10.1007/s10851-014-0506-3',
  },
} as const;

const likelihood = {
  against: 'flow',
  log: false,
  paper: {
    title: 'Song et al.: Score-Based Generative Modeling through Stochastic Differential Equations (2021)',
    url: 'https://arxiv.org/abs/2011.13456',
  },
} as const;

/** Most telling first: the order of menus and tables. */
export const metricFacts = {
  paired_median: {
    ...fromReference,
    id: 'paired_median',
    title: 'Paired endpoint error',
    summary:
      'Half the samples end closer than this to where an exact solver takes the same noise. No sampling noise, so it resolves tiny differences.',
  },
  paired_p95: {
    ...fromReference,
    id: 'paired_p95',
    title: 'Paired error, 95th percentile',
    summary:
      'One sample in twenty ends farther than this from the exact solution: the bad cases, such as jumping to another mode.',
  },
  paired_rms: {
    ...fromReference,
    id: 'paired_rms',
    title: 'Paired error, root mean square',
    summary:
      'The classical error norm; a handful of samples that switched mode dominate it, so read it beside the median.',
  },
  energy: {
    id: 'energy',
    title: 'Energy distance',
    unit: 'data units',
    against: 'target',
    better: 'lower',
    log: false,
    summary:
      'How differently the samples and the target are spread; unbiased, so a perfect sampler scatters around 0 and may go below it.',
    paper: {
      title: 'Székely, Rizzo: Energy statistics, a class of statistics based on distances (2013)',
      url: 'https://doi.org/10.1016/j.jspi.2013.03.018',
    },
  },
  sw1: {
    ...sliced,
    id: 'sw1',
    title: 'Sliced Wasserstein 1',
    summary:
      'How far mass must move, on average, to turn the samples into the target, seen along 64 directions. Never 0: read it against the noise floor.',
  },
  sw2: {
    ...sliced,
    id: 'sw2',
    title: 'Sliced Wasserstein 2',
    summary: 'As SW1, with squared distances: a few samples far out, or a mode with the wrong weight, count for more.',
  },
  mmd: {
    id: 'mmd',
    title: 'MMD²',
    unit: '',
    against: 'target',
    better: 'lower',
    log: false,
    summary:
      'Maximum mean discrepancy with Gaussian kernels of five widths: sees fine and coarse faults alike; unbiased, so it may go below 0.',
    paper: {
      title: 'Gretton et al.: A kernel two-sample test (2012)',
      url: 'https://jmlr.org/papers/v13/gretton12a.html',
    },
  },
  nll: {
    id: 'nll',
    title: 'Negative log-likelihood',
    unit: 'nats',
    against: 'target',
    better: 'lower',
    log: false,
    summary:
      'How improbable the samples are under the true density, on average. Sees samples off the target at once, but not missing modes.',
  },
  mode_weights: {
    id: 'mode_weights',
    title: 'Mode weights error',
    unit: '',
    against: 'target',
    better: 'lower',
    log: true,
    most: 1,
    summary:
      'The share of samples that would have to move to another mode to give every mode its true weight. Never 0: read it against the noise floor.',
  },
  fd: {
    id: 'fd',
    title: 'FD-patchnet',
    unit: '',
    against: 'features',
    better: 'lower',
    log: true,
    summary:
      'Fréchet distance between this run’s samples and real images in the 32 features of our small classifier, patchnet; not comparable with Inception’s FID. Below 33 samples it is not defined, and few give a value too high: the band is what as many real images score.',
    paper: {
      title: 'Heusel et al.: GANs trained by a two time-scale update rule (2017)',
      url: 'https://arxiv.org/abs/1706.08500',
    },
  },
  kid: {
    id: 'kid',
    title: 'KID-patchnet',
    unit: '',
    against: 'features',
    better: 'lower',
    log: false,
    summary:
      'MMD² under a cubic kernel, between these samples and real images in patchnet’s features. Unbiased from two of each class on, so it may go below 0; not Inception’s KID.',
    paper: {
      title: 'Bińkowski et al.: Demystifying MMD GANs (2018)',
      url: 'https://arxiv.org/abs/1801.01401',
    },
  },
  accuracy: {
    id: 'accuracy',
    title: 'Class accuracy',
    unit: '',
    against: 'features',
    better: 'higher',
    log: false,
    most: 1,
    summary: 'The share of images that a small classifier recognises as the class they were asked to be.',
  },
  log_likelihood: {
    ...likelihood,
    id: 'log_likelihood',
    title: 'Log-likelihood',
    unit: 'nats',
    better: 'higher',
    summary:
      'Mean log p of the samples under the model’s own probability flow. More than samples of the target score means samples that are too much alike.',
  },
  bits_per_dim: {
    ...likelihood,
    id: 'bits_per_dim',
    title: 'Bits per dimension',
    unit: 'bits',
    better: 'lower',
    summary:
      'The log-likelihood of images under the model’s own probability flow, as bits a number of 0 to 255. Less than real images take means images that are too plain.',
  },
} as const satisfies Record<string, MetricFacts>;

export type MetricId = keyof typeof metricFacts;
export const metricIds = Object.keys(metricFacts) as readonly MetricId[];
