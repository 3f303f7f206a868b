// `stepscope show`: what a link asks for, in words and numbers.
import { combinations } from '../experiments/grid/cells.ts';
import { writeRules } from '../experiments/grid/rules.ts';
import { writeValues } from '../experiments/grid/values.ts';
import { isRefused } from '../experiments/grid/types.ts';
import { gridCells } from '../engine/grid.ts';
import type { Asked } from './source.ts';

const count = (n: number, one: string, many: string): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** The lines of an experiment or a grid. */
export function described({ lab, base, spec }: Asked): string[] {
  const cells = gridCells(lab.maker, { base, spec });
  const refused: string[] = [];
  let evaluations = 0;
  let samples = 0;
  let [least, most] = [Infinity, 0];
  for (const cell of cells) {
    const made = lab.kind.cellRun(base, cell.values);
    if (isRefused(made)) {
      refused.push(`  cell ${cell.index}: ${made.refused}`);
      continue;
    }
    const nfe = lab.kind.nfe(made);
    evaluations += nfe;
    samples += nfe * lab.samples(made);
    least = Math.min(least, nfe);
    most = Math.max(most, nfe);
  }
  const fields = spec.axes.map((a) => a.field);
  const whole = fields.includes('contender');
  const grid = fields.length > 1 || !whole;
  const { heading, settings, contender } = lab.kind.words(base);
  const rules = writeRules(spec.skip);
  const left = combinations(spec) - cells.length;
  return [
    heading,
    `${grid ? 'Where no axis says otherwise: ' : ''}${[settings, ...(whole ? [] : [contender])].join(' · ')}`,
    '',
    ...spec.axes.map((a) => `${a.field} (${a.values.length}): ${writeValues(a.values)}`),
    ...(rules === '' ? [] : [`left out where ${rules}`]),
    '',
    `${count(cells.length, 'cell', 'cells')}${left > 0 ? `, ${left.toLocaleString('en')} left out` : ''}`,
    `${count(evaluations, 'evaluation', 'evaluations')}${cells.length > refused.length ? `, ${least === most ? least : `${least} to ${most}`} a cell` : ''}; ${count(samples, 'sample evaluated', 'samples evaluated')}`,
    ...(refused.length === 0
      ? []
      : [`${count(refused.length, 'cell', 'cells')} cannot be run:`, ...refused.slice(0, 5)]),
  ];
}
