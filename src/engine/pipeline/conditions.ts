/** What samples are made under: texts, classes, sizes, as the rows and states that a network reads. Pure. */
import type { DitConfig } from '../../formats/diffusers/dit.ts';
import type { UNetConfig } from '../../formats/diffusers/unetTypes.ts';
import { ModelError } from '../../hub/files.ts';
import type { GraphSide, GraphUse } from '../../models/diffusers/types.ts';
import type { UNetCondition } from '../../models/diffusers/unetEmbedding.ts';
import type { PictureSize } from './parts.ts';
import type { Prompt } from './prompts.ts';

export interface Given {
  readonly prompts: { readonly prompt: Prompt; readonly negative: Prompt; readonly empty?: Prompt } | null;
  /** Classes that are answered alone, for guidance that keeps away from them. */
  readonly avoid?: readonly number[];
  /** Of each sample; a shorter list begins again. Null for networks without classes. */
  readonly labels: readonly number[] | null;
  /** What SDXL is told of the picture; the size of the picture, uncropped, unless given. */
  readonly ids?: SizeIds;
  readonly size: PictureSize;
}
/** https://arxiv.org/abs/2307.01952, section 2.2: the size that a picture had, where it was cropped, and what it became. */
export interface SizeIds {
  readonly original: PictureSize;
  readonly crop: { readonly top: number; readonly left: number };
  readonly target: PictureSize;
}
export type Conditions = GraphUse & { readonly sides: readonly GraphSide[] };

/** Names of the sides under which a network answers alone: as it is told, and without that. */
export const SAID = 'said';
export const FREE = 'free';
/** Of networks that read text: with no text at all, where the negative prompt stands for another side. */
export const EMPTY = 'empty';
/** Of networks with classes: a class that is not asked for. */
export const sideOfClass = (label: number): string => `class ${label}`;

/** In the order of the network's six numbers. */
export const sizeNumbers = ({ original, crop, target }: SizeIds): readonly number[] => [
  original.height,
  original.width,
  crop.top,
  crop.left,
  target.height,
  target.width,
];

/** How many classes a network tells apart; null for one without classes, Infinity where any number is one. */
export function classCount(network: UNetConfig | DitConfig): number | null {
  if (network.model === 'DiTTransformer2DModel') return network.classes;
  if (!network.classes) return null;
  return network.classes.kind === 'table' ? network.classes.count : Infinity;
}

/** Why guidance cannot be had of a network; null where it can. */
export function whyUnguided(network: UNetConfig | DitConfig): string | null {
  if (network.model === 'DiTTransformer2DModel' || network.crossDim !== null) return null;
  return network.classes
    ? 'it was trained with a class for every picture, and knows none that stands for no class'
    : 'it reads neither text nor class, and guidance needs one to leave out';
}

/**
 * The rows of the conditions. `condition` makes a row; `guides`: a second pass without the condition follows.
 *
 * DiT has a class after the last for "no class", as its authors trained it (https://arxiv.org/abs/2212.09748, section
 * 3.1); guidance acts on all channels of the noise, as in diffusers' DiTPipeline (the authors' own sampling code leaves
 * out the last of four).
 */
export function conditionsOf(
  title: string,
  network: UNetConfig | DitConfig,
  condition: (c: UNetCondition) => Float64Array,
  given: Given,
  guides: boolean,
): Conditions {
  const { prompts, labels } = given;
  const reads = network.model !== 'DiTTransformer2DModel' && network.crossDim !== null;
  if (reads && !prompts) throw new ModelError(`${title} reads text, and none is given.`, 'Write a prompt.');
  if (!reads && prompts) throw new ModelError(`${title} reads no text.`, 'Leave the prompt out.');
  const why = guides ? whyUnguided(network) : null;
  if (why !== null) throw new ModelError(`${title} cannot be guided: ${why}.`, 'Set the guidance to 1.');
  const empty = prompts?.empty;
  const texts = prompts && {
    prompt: prompts.prompt.states,
    negative: prompts.negative.states,
    ...(empty && { empty: empty.states }),
  };
  /** Every row is that of all samples, or by the sample's class. */
  const sidesOf = (row: GraphSide['row'], nullRow: GraphSide['row'], emptyRow: number): GraphSide[] => [
    { name: SAID, row, text: 'prompt' },
    { name: FREE, row: nullRow, text: 'negative' },
    ...(empty ? [{ name: EMPTY, row: () => emptyRow, text: 'empty' } as const] : []),
  ];
  const classes = classCount(network);
  if (classes === null && labels)
    throw new ModelError(`${title} has no classes, and ${labels[0]} is given.`, 'Leave the class out.');
  if (classes !== null) {
    const known = checkedLabels(title, classes, labels);
    const distinct = [...new Set(known)];
    const row = (sample: number) => distinct.indexOf(known[sample % known.length]!);
    const free = network.model === 'DiTTransformer2DModel' ? [network.classes] : [];
    const avoid = checkedAvoided(title, classes, given.avoid ?? []);
    const rows = [...distinct, ...free, ...avoid].map((label) => condition({ label }));
    const nullRow = free.length > 0 ? () => distinct.length : row;
    const avoided = avoid.map((label, i): GraphSide => {
      const at = distinct.length + free.length + i;
      return { name: sideOfClass(label), row: () => at, text: 'prompt' };
    });
    return { rows, row, nullRow, texts, sides: [...sidesOf(row, nullRow, 0), ...avoided] };
  }
  if (network.model === 'UNet2DConditionModel' && network.addition) {
    const { prompt, negative } = prompts!;
    const { height, width } = given.size;
    const whole = { height, width };
    const ids = sizeNumbers(given.ids ?? { original: whole, crop: { top: 0, left: 0 }, target: whole });
    const told = [prompt, negative, ...(empty ? [empty] : [])];
    const rows = told.map(({ pooled }) => condition({ ids, ...(pooled && { pooled }) }));
    const [row, nullRow] = [() => 0, () => 1];
    return { rows, row, nullRow, texts, sides: sidesOf(row, nullRow, 2) };
  }
  const row = () => 0;
  return { rows: [condition({})], row, nullRow: row, texts, sides: sidesOf(row, row, 0) };
}

/** Classes to keep away from; a network has one row for each. */
function checkedAvoided(title: string, classes: number, avoid: readonly number[]): readonly number[] {
  const wrong = avoid.find((label) => !(label < classes));
  if (wrong !== undefined)
    throw new ModelError(`${title} has no class ${wrong} to avoid.`, `Give a whole number from 0 to ${classes - 1}.`);
  return avoid;
}

function checkedLabels(title: string, classes: number, labels: readonly number[] | null): readonly number[] {
  const range = classes === Infinity ? 'a number from 0' : `a whole number from 0 to ${classes - 1}`;
  if (!labels || labels.length === 0)
    throw new ModelError(`${title} makes pictures of classes, and none is given.`, `Give ${range}.`);
  const wrong = labels.find(
    (label) => !(label >= 0 && label < classes) || (classes < Infinity && !Number.isInteger(label)),
  );
  if (wrong !== undefined) throw new ModelError(`${title} has no class ${wrong}.`, `Give ${range}.`);
  return labels;
}
