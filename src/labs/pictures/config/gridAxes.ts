// What a grid of this lab can vary: prompts, pictures and models, and the contender with its guidance.
import type { AnyField } from '../../../core/field.ts';
import type { CellMaker } from '../../../engine/grid.ts';
import { contenderAxes, readField, refuse, type GridField, type Made } from '../../../samplers/contenders/axes.ts';
import { contenderNfe, contenderPlan } from '../../../samplers/contenders/contender.ts';
import type { SigmaRange } from '../../../schedules/types.ts';
import { parseContender, type Guidance } from './contender.ts';
import type { PictureContender, PicturesExperiment } from './experiment.ts';
import { guidanceFields, MAX_PROMPT, picturesFields } from './fields.ts';
import { passesOfPlan, whyNoPlan } from './guidance.ts';
import { formatSource, openingOf, parseSource } from './model.ts';

/** One run of a grid: an experiment with one contender, and the levels that its model was made for. */
export interface PictureCell {
  readonly experiment: PicturesExperiment;
  readonly contender: PictureContender;
  readonly range: SigmaRange;
}
type CellOnItsWay = PictureCell & Made<PictureContender>;
type Field = GridField<CellOnItsWay>;

/** The empty text, which no list of values could hold. */
export const EMPTY = '""';

const text =
  (key: 'prompt' | 'negative', what: string): Field['set'] =>
  (made, given) => {
    if (given.length > MAX_PROMPT)
      return refuse(what, `${given.length} characters`, `it has at most ${MAX_PROMPT} characters`);
    return { ...made, experiment: { ...made.experiment, [key]: given === EMPTY ? '' : given } };
  };

const scalar =
  (key: 'count' | 'seed' | 'label' | 'clipSkip', what: string): Field['set'] =>
  (made, given) => {
    const got = readField(picturesFields(openingOf(made.experiment.model))[key], what, given);
    return 'refused' in got ? got : { ...made, experiment: { ...made.experiment, [key]: got.value } };
  };

const guided =
  (key: keyof Guidance): Field['set'] =>
  (made, given) => {
    const field: AnyField = guidanceFields(openingOf(made.experiment.model).guidance)[key];
    const got = readField(field, field.label, given);
    return 'refused' in got ? got : { ...made, contender: { ...made.contender, [key]: got.value } };
  };

/** In the order in which they act: a model before its sizes. */
const FIELDS: readonly Field[] = [
  {
    id: 'model',
    title: 'Model',
    help: 'Models as links write them: text-avatars, hub:owner/name. Only those that are on this machine are run.',
    set(made, given) {
      const model = parseSource(given);
      if (typeof model === 'string') return refuse('Model', given, model);
      if (formatSource(model) === formatSource(made.experiment.model)) return made;
      // Sizes and classes are the other model's.
      return { ...made, experiment: { ...made.experiment, model, width: 0, height: 0, label: -1 } };
    },
  },
  {
    id: 'prompt',
    title: 'Prompt',
    help: `Prompts, one a line; ${EMPTY} is the empty one.`,
    set: text('prompt', 'Prompt'),
  },
  {
    id: 'negative',
    title: 'Negative prompt',
    help: `Negative prompts, one a line; ${EMPTY} is the empty one.`,
    set: text('negative', 'Negative prompt'),
  },
  {
    id: 'size',
    title: 'Size',
    help: 'Widths × heights in pixels: 512x512, 512x768; 0x0 is the model’s own.',
    set(made, given) {
      const { width, height } = picturesFields(openingOf(made.experiment.model));
      const [, across = '', down = ''] = /^(\d{1,4})[x×](\d{1,4})$/.exec(given) ?? [];
      const size = { width: width.parse(across), height: height.parse(down) };
      if (size.width === undefined || size.height === undefined)
        return refuse('Size', given, `it must be width x height, each a multiple of ${width.step} up to ${width.max}`);
      return { ...made, experiment: { ...made.experiment, width: size.width, height: size.height } };
    },
  },
  { id: 'count', title: 'Pictures', help: 'Pictures of each cell.', set: scalar('count', 'Pictures') },
  { id: 'seed', title: 'Seed', help: 'Seeds of the noise; what repeats for the bands.', set: scalar('seed', 'Seed') },
  { id: 'class', title: 'Class', help: 'Class indexes; −1 is every class in turn.', set: scalar('label', 'Class') },
  {
    id: 'clip_skip',
    title: 'CLIP skip',
    help: 'Layers that are left out at the end of the text encoder.',
    set: scalar('clipSkip', 'CLIP skip'),
  },
];
/** What contenders of this lab have beside their sampler. */
const OWN: readonly Field[] = [
  { id: 'guidance', title: 'Guidance', help: 'Guidance weights; 1 is none.', set: guided('guidance') },
  { id: 'rescale', title: 'Rescale φ', help: 'From 0, none, to 1.', set: guided('rescale') },
  { id: 'guide_above', title: 'Guided above σ', help: '0 is every level.', set: guided('guideAbove') },
  { id: 'guide_up_to', title: 'Guided up to σ', help: '∞ is every level.', set: guided('guideUpTo') },
];
export const OWN_FIELDS: readonly string[] = OWN.map((f) => f.id);
export const TEXT_FIELDS: readonly string[] = ['prompt', 'negative'];

const axes = contenderAxes<PictureContender, CellOnItsWay>(
  {
    parse: (given, where, refusals, { experiment }) =>
      parseContender(given, openingOf(experiment.model).unsaidGuidance, where, refusals),
    rangeOf: ({ range }) => range,
  },
  FIELDS,
  OWN,
);
export const { fields: gridFields, isField: isGridField } = axes;

/** The run of a cell: its values set on the experiment and its first contender. Never throws. */
export function cellRun(
  { experiment, contender, range }: PictureCell,
  values: Readonly<Record<string, string>>,
): PictureCell | { readonly refused: string } {
  const made = axes.made({ experiment: { ...experiment, contenders: [] }, contender, range }, values);
  if ('refused' in made) return made;
  const c = made.contender;
  const noPlan = whyNoPlan(c);
  if (noPlan !== null) return { refused: `${noPlan}: take a sampler whose steps are set` };
  if (!(c.guideAbove < c.guideUpTo))
    return { refused: `Guidance above σ ${c.guideAbove} and up to σ ${c.guideUpTo} acts nowhere.` };
  return { experiment: { ...made.experiment, contenders: [c] }, contender: c, range };
}

/** Guidance asks for more answers of an evaluation, and for no more evaluations. */
function unguided(contender: PictureContender): PictureContender {
  const plain: PictureContender & { guide?: unknown } = { ...contender };
  delete plain.guide;
  return plain;
}

/** Passes that an evaluation takes, over all of a cell's: by the levels at which it is guided, and by whom its method asks. */
function passesEach({ contender: c, range }: PictureCell): number {
  const key = JSON.stringify([c, String(c.guideUpTo), range]);
  let each = passes.get(key);
  if (each === undefined) {
    const plan = contenderPlan(unguided(c), range);
    each = passesOfPlan(c, plan.ops) / Math.max(1, plan.nfe);
    if (passes.size >= MOST_KNOWN) passes.clear();
    passes.set(key, each);
  }
  return each;
}
/** A grid asks of thousands of cells that differ in their seeds alone. */
const passes = new Map<string, number>();
const MOST_KNOWN = 10_000;

/** Evaluations of a made cell, on the levels of its range: those that a model's own scheduler makes may be fewer. */
export function nfeOf({ contender, range }: PictureCell): number {
  return contenderNfe(unguided(contender), range, contender.steps);
}

/** Work of an evaluation: pictures, as often as the network is asked for each, by their size where that is said. */
export function workOf(cell: PictureCell): number {
  const { experiment: e } = cell;
  const area = e.width > 0 && e.height > 0 ? (e.width * e.height) / 4096 : 1;
  return e.count * passesEach(cell) * area;
}

/** Cells on one model, in one format and size, stand together: a network is prepared once for them. */
const shared = ({ experiment: e }: PictureCell): string =>
  JSON.stringify([formatSource(e.model), e.format, e.kernels, e.width, e.height, e.count]);
export const cellMaker: CellMaker<PictureCell> = { cellRun, nfe: nfeOf, samples: workOf, shared };
