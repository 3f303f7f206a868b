// Searches over noise: a fault for each search, and for what they are counted and keyed by.
import { tested } from './fault.mjs';

const search = (file, ...rest) => tested(`search/${file}`, 'search/search', ...rest);
const verifier = (file, ...rest) => tested(`search/verifiers/${file}`, 'search/verifiers/verifiers', ...rest);

export const seeking = [
  search('candidates', 'two candidates share a seed', 'philox4x32(candidate, 0,', 'philox4x32(candidate >> 1, 0,'),
  search(
    'asks',
    'at equal scores the newest is taken',
    'scores[i]! > this.scores[i]! ||',
    'scores[i]! >= this.scores[i]! ||',
  ),
  search('asks', 'rows that are done are offered more', 'if (rows && !rows[i]) continue;', ''),
  search('runs', 'the last run is never made', 'candidate < n;', 'candidate < Math.max(1, n - 1);'),
  search('zeroOrder', 'a neighbour’s noise is longer than unit', '[Math.cos(angle), pivot]', '[1, pivot]'),
  search('zeroOrder', 'the pivot stays where it was', 'pivot = take(around, best.which);', ''),
  search(
    'paths',
    'a state is lifted by the difference of levels, not of variances',
    'Math.sqrt(levels[top]! ** 2 - levels[at]! ** 2)',
    'levels[top]! - levels[at]!',
  ),
  search('paths', 'the worst go on', 'scores[b]![i]! - scores[a]![i]!', 'scores[a]![i]! - scores[b]![i]!'),
  search(
    'stepwise',
    'the noise of a step is that of fixed large variance',
    't * Math.sqrt(1 - kept)',
    's * Math.sqrt(1 - kept)',
  ),
  search('greedy', 'what division left over is lost', 'last ? left[0]! : quota', 'quota'),
  search('rollover', 'what was saved is forgotten', '(rolls ? saved[i]! : 0)', '(rolls ? 0 : 0)'),
  search('rollover', 'the last step ends at the first gain', '(better && !last) ||', 'better ||'),
  search('moreSteps', 'the budget is not spent', 'levelsFor(budget)', 'levelsFor(budget / 2)'),
  verifier('confidence', 'the least likely class is looked at', 'Math.max(...', 'Math.min(...'),
  verifier('distance', 'farther is better', '-Math.hypot(', 'Math.hypot('),
  verifier('ink', 'a sum for a mean', 'return sum / dim;', 'return sum;'),
  verifier('types', 'shares of a row are of the row before', 'logits[row * classes + c]!', 'logits[c]!'),
  tested(
    'engine/diffusion/searchRun',
    'search/search',
    'runs side by side wait for each other',
    'Math.max(this.#row[i]!, deep)',
    'this.#row[i]! + deep',
  ),
  tested(
    'engine/diffusion/searchRun',
    'search/search',
    'starts that have chosen are counted on',
    'if (rows && !rows[i]) continue;\n      this.evaluations',
    'this.evaluations',
  ),
  tested(
    'labs/diffusion/engine/seek',
    'labs/diffusion/engine/seek',
    'every seed begins at the same starts',
    'const seed = (s.seed + repeat) >>> 0;',
    'const seed = s.seed >>> 0;',
  ),
  tested(
    'labs/diffusion/engine/seek',
    'labs/diffusion/engine/seek',
    'a search that was stopped is followed by the next',
    'if (found.stopped) return { stopped: true };',
    '',
  ),
  tested(
    'labs/diffusion/config/seekWords',
    'labs/diffusion/engine/seek',
    'what was searched for is shown as what was not',
    "log_p: 'nll'",
    "log_p: 'fd'",
  ),
  tested(
    'labs/diffusion/config/seekText',
    'labs/diffusion/config/seekText',
    'a plain sampler that cannot be taken apart is taken',
    'else if (contender) found',
    'if (contender) found',
  ),
  tested(
    'metrics/diversity',
    'metrics/diversity',
    'a distance in variances',
    'Math.sqrt(squared / variance)',
    'squared / variance',
  ),
];
