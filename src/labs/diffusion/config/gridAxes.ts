// What a grid of this lab can vary: its experiments' own fields, and those of any contender.
import '../../../wrappers/index.ts';
import { numberField } from '../../../core/field.ts';
import { models, modelIds } from '../../../models/index.ts';
import { contenderAxes, readField, refuse, type GridField, type Made } from '../../../samplers/contenders/axes.ts';
import { flowNfe, LIKELIHOOD_LIMITS, type LikelihoodSettings } from '../../../samplers/likelihood/cost.ts';
import { parseContender } from '../../../samplers/contenders/text.ts';
import { choosesCost, expectedNfe } from './contender.ts';
import type { Contender, Experiment } from './experiment.ts';
import { experimentFields } from './fields.ts';

/** One run of a grid: an experiment with one contender. */
export interface CellRun {
  readonly experiment: Experiment;
  readonly contender: Contender;
  /** Steps in which the samples' own flow is followed, so that the cell has a log-likelihood; 0 or missing: it is not. */
  readonly likelihood?: number;
}
type CellOnItsWay = CellRun & Made<Contender>;
/** A made cell, or why there is none, as a sentence. */
export type CellMade = CellRun | { readonly refused: string };

const scalar =
  (key: 'seed' | 'samples' | 'guidance' | 'label' | 'learned', what: string): GridField<CellOnItsWay>['set'] =>
  (made, text) => {
    const got = readField(experimentFields(made.experiment.model)[key], what, text);
    return 'refused' in got ? got : { ...made, experiment: { ...made.experiment, [key]: got.value } };
  };

const [FEWEST, MOST] = LIKELIHOOD_LIMITS.steps;
const flowField = numberField({ label: 'flow steps', help: '', default: 0, min: 0, max: MOST, integer: true });

/** In the order in which they act: a model before its samples. */
const FIELDS: readonly GridField<CellOnItsWay>[] = [
  {
    id: 'model',
    title: 'Model',
    help: 'Ids of models, as in links.',
    set(made, text) {
      const model = modelIds.find((id) => id === text);
      if (!model) return refuse('Model', text, 'there is no such model');
      const fields = experimentFields(model);
      const { samples, guidance, label, learned } = made.experiment;
      const fits = (field: { readonly min: number; readonly max: number; readonly default: number }, v: number) =>
        v >= field.min && v <= field.max ? v : field.default;
      return {
        ...made,
        experiment: {
          ...made.experiment,
          model,
          samples: Math.min(samples, fields.samples.max),
          guidance: fits(fields.guidance, guidance),
          label: fits(fields.label, label),
          learned: learned && models[model].learned,
        },
      };
    },
  },
  {
    id: 'learned',
    title: 'Learned',
    help: '0 the exact denoiser, 1 the trained network.',
    set: scalar('learned', 'Learned'),
  },
  { id: 'samples', title: 'Samples', help: 'Samples of each cell.', set: scalar('samples', 'Samples') },
  { id: 'seed', title: 'Seed', help: 'Seeds of the noise; what repeats for the bands.', set: scalar('seed', 'Seed') },
  { id: 'guidance', title: 'Guidance', help: 'Guidance weights.', set: scalar('guidance', 'Guidance') },
  { id: 'class', title: 'Class', help: 'Class indexes; −1 is every class in turn.', set: scalar('label', 'Class') },
  {
    id: 'likelihood',
    title: 'Flow steps',
    help: 'Log-likelihood of the samples: in how many steps their flow is followed. 0 does not; the evaluations come on top.',
    set(made, text) {
      const got = readField(flowField, 'Flow steps', text);
      if ('refused' in got) return got;
      const steps = got.value as number;
      if (steps > 0 && steps < FEWEST)
        return refuse('Flow steps', text, `a flow is followed in ${FEWEST} steps at least, or not at all with 0`);
      return { ...made, likelihood: steps };
    },
  },
];

const axes = contenderAxes<Contender, CellOnItsWay>(
  { parse: parseContender, rangeOf: ({ experiment }) => models[experiment.model].range },
  FIELDS,
);
export const { fields: gridFields, isField: isGridField } = axes;

/** The run of a cell: its values set on the experiment and its first contender. Never throws. */
export function cellRun({ experiment, contender }: CellRun, values: Readonly<Record<string, string>>): CellMade {
  const made = axes.made({ experiment: { ...experiment, contenders: [] }, contender }, values);
  if ('refused' in made) return made;
  const { likelihood } = made;
  return {
    experiment: { ...made.experiment, contenders: [made.contender] },
    contender: made.contender,
    ...(likelihood && { likelihood }),
  };
}

/** Evaluations of a cell, for rules; undefined where it cannot be made. */
export function cellNfe(base: CellRun, values: Readonly<Record<string, string>>): number | undefined {
  const made = cellRun(base, values);
  return 'refused' in made || choosesCost(made.contender) ? undefined : nfeOf(made);
}
/** The settings by which a cell's flow is followed; null where nobody asked. Images by as many random signs as the page's first question. */
export const flowOf = ({ likelihood = 0 }: CellRun): LikelihoodSettings | null =>
  likelihood > 0 ? { steps: likelihood, probes: GRID_PROBES } : null;
const GRID_PROBES = 2;

/** Evaluations of a cell, those that follow its flow among them. */
export function nfeOf(cell: CellRun): number {
  const flow = flowOf(cell);
  const { contender, experiment } = cell;
  return expectedNfe(contender, experiment.model) + (flow ? flowNfe(models[experiment.model].shape.dim, flow) : 0);
}
