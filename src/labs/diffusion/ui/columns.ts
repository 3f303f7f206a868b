// Names of metrics, short enough for the head of a column.
import type { MetricId } from '../config/menus.ts';

/** Names short enough for a column's head and a caption; a metric that is not here keeps its title. */
const SHORT: Partial<Record<MetricId, string>> = {
  paired_median: 'Paired error',
  paired_p95: 'Paired p95',
  paired_rms: 'Paired RMS',
  energy: 'Energy',
  sw1: 'SW₁',
  sw2: 'SW₂',
  mmd: 'MMD²',
  nll: 'NLL',
  mode_weights: 'Modes',
  fd: 'FD',
  kid: 'KID',
  accuracy: 'Accuracy',
  log_likelihood: 'Flow log p',
  bits_per_dim: 'Bits/dim',
};
export const shortTitle = (m: { readonly id: MetricId; readonly title: string }): string => SHORT[m.id] ?? m.title;
