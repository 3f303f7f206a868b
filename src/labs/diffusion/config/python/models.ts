// The denoiser of an experiment's model in Python: closed forms with their numbers in the script, networks and image sets from
// the model's own folder. All in NumPy's float64, as this page's reference has it.
import { askedKey, type Asked } from '../../../../core/role.ts';
import { modelCard } from '../../../../models/index.ts';
import { mixtures } from '../../../../models/definitions.ts';
import { mixtureFor, rolesOf } from '../../../../models/roles.ts';
import { exactTarget } from '../../../../models/target.ts';
import { DATASET, DIT, FILE, MLP } from './networks.ts';
import type { Experiment } from '../experiment.ts';

export const numbers = (list: ArrayLike<number>): string => `[${Array.from(list, String).join(', ')}]`;

const isMixture = (id: string): id is keyof typeof mixtures => id in mixtures;

const MIXTURE = `def denoise(x, sigma, role="main", label=-1):
    """E[x0 | x = x0 + sigma * noise] of the mixture, in closed form. x: [samples, dim]."""
    weights, means, stds = MIXTURES[f"{role} {label}" if role == "negative" else role]
    total = stds**2 + sigma**2
    away = ((x[:, None, :] - means) ** 2).sum(-1)
    logs = np.log(weights) - 0.5 * away / total - 0.5 * DIM * np.log(total)
    share = np.exp(logs - logs.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    each = (stds[:, None] ** 2 * x[:, None, :] + sigma**2 * means) / total[:, None]
    return (share[:, :, None] * each).sum(1)`;

const CLOUD = `def denoise(x, sigma, role="main", label=-1):
    """E[x0 | x = x0 + sigma * noise] of equal point masses: attention over them. x: [samples, dim]."""
    return attend(x, sigma, POINTS)`;

const ATTEND = `def attend(x, sigma, points):
    """The mean of points, weighed by how likely each is behind x. [samples, dim]."""
    out = np.empty_like(x)
    for i, row in enumerate(x):
        logs = -0.5 * ((row - points) ** 2).sum(1) / sigma**2
        share = np.exp(logs - logs.max())
        out[i] = share @ points / share.sum()
    return out`;

/** A model as text, and whether it reads a folder, and a second one. */
export interface PythonModel {
  readonly lines: readonly string[];
  /** In models/, of the page. */
  readonly folder: string | null;
  readonly weaker: string | null;
}

function mixtureLines(id: keyof typeof mixtures, label: number, asked: readonly Asked[]): string[] {
  const entries = new Map(asked.map((who) => [askedKey(who), mixtureFor(id, label, who)]));
  return [
    '# Weights, means and deviations of the components, by who is asked.',
    'MIXTURES = {',
    ...[...entries].map(
      ([key, { weights, means, stds, dim }]) =>
        `    "${key}": (np.array(${numbers(weights)}), np.array(${numbers(means)}).reshape(-1, ${dim}), np.array(${numbers(stds)})),`,
    ),
    '}',
    '',
    '',
    MIXTURE,
  ];
}

/** `asked`: everyone that a plan asks. */
export function pythonModel(e: Experiment, asked: readonly Asked[]): PythonModel {
  const card = modelCard(e.model);
  const inside = { folder: null, weaker: null };
  if (!e.learned && isMixture(e.model)) return { ...inside, lines: mixtureLines(e.model, e.label, asked) };
  const target = e.learned ? null : exactTarget({ model: e.model, points: e.points });
  if (target?.kind === 'points') {
    const { data } = target.points;
    return {
      ...inside,
      lines: [`POINTS = np.array(${numbers(data)}).reshape(-1, DIM)`, '', '', ATTEND, '', '', CLOUD],
    };
  }
  const weaker = (asked.some((who) => who.role === 'weak') && card.weak) || null;
  const file = { folder: card.folder!, weaker };
  if (card.kind === 'dataset') return { ...file, lines: [FILE, '', '', ATTEND, '', '', DATASET] };
  if (card.kind !== 'network') return { ...file, lines: [`TARGET = "${e.model}"`, '', '', FILE, '', '', MLP] };
  const labels = Array.from({ length: e.samples }, (_, i) => (e.label >= 0 ? e.label : i % card.classes.length));
  return {
    ...file,
    lines: [
      '# The class of each sample, and the weight of guidance of a plain evaluation.',
      `LABELS = np.array(${numbers(labels)})`,
      `GUIDANCE = ${e.guidance}`,
      '',
      '',
      FILE,
      '',
      '',
      DIT,
    ],
  };
}

/** Why a contender's evaluations have no answer on this model; null where they have. */
export function unanswered(e: Experiment, asked: readonly Asked[]): string | null {
  const card = modelCard(e.model);
  const avoided = asked.find((who) => who.role === 'negative' && !((who.label ?? -1) < card.classes.length));
  // A model without classes answers as itself, whatever it is told.
  if (avoided && card.classes.length > 0 && !e.learned) return `there is no class ${avoided.label} to avoid`;
  return asked.some((who) => who.role === 'weak') && !rolesOf(card, e.learned, e.label).has('weak')
    ? 'its guidance asks a weaker model, and this one has none'
    : null;
}
