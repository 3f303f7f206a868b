// The text of docs/tables.md, from the registries; `npm run tables` writes it, a unit test holds the page against it.
import { defaults } from '../src/core/field.ts';
import { families } from '../src/kernels/catalogue/index.ts';
import { metrics } from '../src/metrics/samples/index.ts';
import { textMetrics } from '../src/metrics/text/index.ts';
import { algorithms } from '../src/samplers/decoding/algorithms.ts';
import { stages } from '../src/samplers/decoding/stages.ts';
import { evaluationsAStep } from '../src/samplers/contenders/families.ts';
import { isListed, samplers, type SamplerId } from '../src/samplers/diffusion/index.ts';
import type { Sampler } from '../src/samplers/diffusion/types.ts';
import { discreteMethods } from '../src/discrete/index.ts';
import { distilMethods } from '../src/distil/index.ts';
import { optimisers } from '../src/optimisers/index.ts';
import { searches } from '../src/search/index.ts';
import { taskMethods } from '../src/tasks/index.ts';
import { wrappers } from '../src/wrappers/index.ts';
import { guidances } from '../src/samplers/guidance/index.ts';
import { schedules } from '../src/schedules/index.ts';

interface Paper {
  readonly title: string;
  readonly url: string;
}
interface Entry {
  readonly title: string;
  readonly summary: string;
  readonly paper: Paper | null;
  readonly params: object;
}

const linked = (paper: Paper | null) => (paper ? `[${paper.title}](${paper.url})` : '');
const parameters = (table: object) =>
  Object.keys(table)
    .map((key) => `\`${key}\``)
    .join(', ');
/** A table of Markdown; bars inside a cell would end it. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** What a step solves; samplers of consistency models solve nothing. */
function kindOf(s: Sampler): string {
  if (s.order === 0) return 'renoise';
  if (s.stochastic(defaults(s.params))) return 'SDE';
  return 'eta' in s.params ? 'ODE, SDE with η' : 'ODE';
}
function evaluations(id: SamplerId): string {
  if (!isListed(id)) return 'as it needs';
  const count = evaluationsAStep(id);
  return Number.isInteger(count) ? String(count) : `about ${count.toFixed(1)}`;
}
function samplerRows(): string[][] {
  return Object.entries<Sampler>(samplers).map(([id, s]) => [
    `\`${id}\``,
    s.title,
    s.order > 0 ? String(s.order) : '–',
    evaluations(id as SamplerId),
    kindOf(s),
    parameters(s.params),
    s.summary,
    linked(s.paper),
  ]);
}
const rowsOf = (registry: Readonly<Record<string, Entry>>) =>
  Object.entries(registry).map(([id, e]) => [`\`${id}\``, e.title, parameters(e.params), e.summary, linked(e.paper)]);

export function generate(): string {
  const head = ['id', 'name', 'parameters', 'what it does', 'paper'];
  const text = [
    '# What there is to choose from',
    'Written by `npm run tables` from the registries; a new line of a registry appears here.',
    '## Diffusion samplers',
    'Order: of convergence in σ on a smooth problem at the defaults, asserted by a test; of the variance for SDE samplers. Samplers that denoise and add noise anew converge to nothing with a mean, and have none.',
    table(['id', 'name', 'order', 'evaluations a step', 'kind', 'parameters', 'what it does', 'paper'], samplerRows()),
    '## Noise schedules',
    table(head, rowsOf(schedules as unknown as Record<string, Entry>)),
    '## Guidance',
    'A contender’s own, with any sampler. All have `w`, the rescaling `phi` of a `space`, and the levels `from` and `to` between which they act: first the method, then φ. Their defaults differ.',
    table(head, rowsOf(guidances as unknown as Record<string, Entry>)),
    '## Wrappers of the denoiser',
    'Rows of a contender, in the order in which they are written: they leave parts of evaluations out, or ask more than the plan does.',
    table(head, rowsOf(wrappers as unknown as Record<string, Entry>)),
    '## Fits of levels, steps and coefficients',
    'The Search view runs them on the model at hand.',
    table(head, rowsOf(optimisers as unknown as Record<string, Entry>)),
    '## Searches over noise',
    table(head, rowsOf(searches as unknown as Record<string, Entry>)),
    '## Edits, restoration and inversion',
    table(head, rowsOf(taskMethods as unknown as Record<string, Entry>)),
    '## Score distillation',
    table(head, rowsOf(distilMethods as unknown as Record<string, Entry>)),
    '## Discrete diffusion',
    table(head, rowsOf(discreteMethods as unknown as Record<string, Entry>)),
    '## Metrics of samples',
    table(
      ['id', 'name', 'better'],
      Object.values(metrics).map((m) => [`\`${m.id}\``, m.title, m.better]),
    ),
    '## Decoding algorithms',
    table(head, rowsOf(algorithms as unknown as Record<string, Entry>)),
    '## Token stages',
    table(head, rowsOf(stages as unknown as Record<string, Entry>)),
    '## Metrics of texts',
    table(
      ['id', 'name', 'better'],
      Object.values(textMetrics).map((m) => [`\`${m.id}\``, m.title, m.better ?? 'neither']),
    ),
    '## Kernel families',
    table(
      ['id', 'name', 'what it does', 'versions'],
      families.map((f) => [`\`${f.id}\``, f.title, f.summary, f.versions.map((v) => `\`${v.id}\``).join(', ')]),
    ),
  ];
  return `${text.join('\n\n')}\n`;
}
