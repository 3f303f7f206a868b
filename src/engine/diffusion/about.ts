import type { LoadWeights, ProblemKey } from './problem.ts';

/** Origin of a trained model or bundled data set, with the artists whom its licence wants named. */
export interface About {
  readonly title: string;
  /** The beginning of the weights' sha256: by this one network is told from another of its name. */
  readonly digest: string;
  readonly data: { readonly name: string; readonly source: string };
  readonly licence: {
    readonly weights: string;
    readonly data: string;
    readonly credits: readonly {
      readonly title: string;
      readonly artist: string;
      readonly link: string;
      readonly licence: string;
    }[];
  };
  /** Fréchet distance that n real images have from the others. */
  readonly frechetFloor: readonly { readonly n: number; readonly mean: number; readonly sd: number }[];
}

/** Reads the cards of everything a problem loads. The weights are in the loader's cache by then. */
export async function aboutModel(key: ProblemKey, load: LoadWeights, signal: AbortSignal): Promise<About | null> {
  const { card, learned } = key;
  if (!card.folder || (card.learned && !learned)) return null;
  const { info } = await load(card.folder, signal);
  const net = card.features ? (await load(card.features, signal)).info : null;
  const digest = info.weights.sha256.slice(0, 8);
  return { title: info.title, digest, data: info.data, licence: info.licence, frechetFloor: net?.frechetFloor ?? [] };
}

/** What tells the model of a problem from others: the first digits of its weights' SHA-256, or its name. */
export async function identityOf(
  { card, learned }: ProblemKey,
  load: LoadWeights,
  signal: AbortSignal,
): Promise<string> {
  if (!card.folder || (card.learned && !learned)) return card.id;
  return (await load(card.folder, signal)).info.weights.sha256.slice(0, 8);
}
