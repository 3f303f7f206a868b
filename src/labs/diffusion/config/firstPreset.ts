// The gallery's first entry, which is what the page opens with: it comes with the page, the others when they are asked for.
import { defaultExperiment } from './defaults.ts';
import type { Experiment } from './experiment.ts';
import type { RowedText } from './rowedViews.ts';

export interface Preset {
  readonly title: string;
  /** What the reader should see, in one or two sentences. */
  readonly claim: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly experiment: Experiment;
  /** The text of a task that is shown instead of the experiment's run. */
  readonly edit?: string;
  /** The text of a noise search, likewise. */
  readonly seek?: string;
  /** What a view of rows shows instead. */
  readonly rowed?: RowedText;
}

export const paper = (title: string, id: string) => ({ title, url: `https://arxiv.org/abs/${id}` });

export const firstPreset = {
  title: 'Four samplers, one noise',
  claim:
    'At a dozen evaluations iPNDM, which reuses its last four, ends ten times closer to the true solution than Euler; Heun, which pays two a step, is the worst of the four.',
  paper: paper('Karras et al. 2022, Elucidating the Design Space', '2206.00364'),
  experiment: defaultExperiment('ring8'),
} satisfies Preset;
