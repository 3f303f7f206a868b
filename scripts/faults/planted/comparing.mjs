// How contenders are named, rated, ranked and looked at.
import { tested } from './fault.mjs';

export const comparing = [
  tested(
    'metrics/intervals',
    'metrics/intervals',
    'the jackknife lacks its factor G − 1',
    'Math.sqrt(((g - 1) / g) *',
    'Math.sqrt((1 / g) *',
  ),
  tested(
    'metrics/intervals',
    'metrics/intervals',
    'each comparison gets the whole 5 %',
    'const confidence = 1 - 0.05 / compared;',
    'const confidence = 1 - 0.05;',
  ),
  tested(
    'metrics/intervals',
    'metrics/intervals',
    'values are rated by their own spread, not by that of the difference',
    'v - rated[best]!.spread![g]!',
    'v - 0 * rated[best]!.spread![g]!',
  ),
  tested('metrics/samples/leaveOut', 'metrics/intervals', 'a label too many', 'i < rows && i % PARTS', 'i % PARTS'),
  tested('math/studentT', 'math/studentT', 'one tail for two', 'betaQuantile(2 * tail,', 'betaQuantile(tail,'),
  tested(
    'samplers/contenders/naming',
    'labs/diffusion/config/naming',
    'a parameter that differs is left out at its default',
    'differs || value !== field.default',
    'value !== field.default',
  ),
  tested(
    'labs/diffusion/config/rankings',
    'labs/diffusion/state/ranking',
    'an entrant keeps a single step',
    'contenders.push({ ...plain, steps });',
    'contenders.push(plain);',
  ),
  tested(
    'labs/diffusion/state/ranking',
    'labs/diffusion/state/ranking',
    'a logarithmic metric is averaged as it is',
    'log ? Math.log(v!) : v!',
    'v!',
  ),
  tested(
    'frame/state/camera',
    'frame/state/camera',
    'zooming moves what is under the pointer',
    'middle + (at - 0.5) * (1 / c.zoom - 1 / zoom)',
    'middle + (at - 0.5) * (1 / zoom - 1 / c.zoom)',
  ),
  tested(
    'frame/ui/charts/readings',
    'frame/ui/charts/readings',
    'the last of several near points is read, not the nearest',
    'distance < Math.abs(readings[best]!.at - at)',
    'distance < 1e9',
  ),
  tested(
    'engine/diffusion/exactDensity',
    'engine/diffusion/exactDensity',
    'columns and rows are exchanged',
    'places.set([at(i % size), at(Math.floor(i / size))], 2 * i)',
    'places.set([at(Math.floor(i / size)), at(i % size)], 2 * i)',
  ),
  tested(
    'frame/config/library/merge',
    'frame/config/library/merge',
    'of two forms of a saved experiment the older is kept',
    'one.changedAt > mine.changedAt',
    'one.changedAt < mine.changedAt',
  ),
  tested(
    'frame/config/library/outcome',
    'frame/config/library/outcome',
    'errors to different solutions are judged against each other',
    'if (!grounds) return',
    'if (grounds === null) return',
  ),
];
