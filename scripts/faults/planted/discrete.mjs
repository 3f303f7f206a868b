// Tokens of a known law: a fault in each noising, in a step, in what is learned, and in what is drawn and told of it.
import { tested } from './fault.mjs';

const pure = (file, ...rest) => tested(`discrete/${file}`, 'discrete/discrete', ...rest);
const lab = (...rest) => tested('labs/diffusion/engine/discrete', 'labs/diffusion/engine/discrete', ...rest);

export const discrete = [
  pure(
    'uniform',
    'a redrawn token is never its old value',
    '(1 - keep) / values;\n  return p.map(',
    '(1 - keep) / (values - 1);\n  return p.map(',
  ),
  pure('uniform', 'noise is taken back from the scores with the wrong share', '- lost * sum) / keep', '- lost) / keep'),
  pure(
    'uniform',
    'the rate of forward is that of time without noise',
    'const rate = 1 / (values * (1 - t));',
    'const rate = 1 / values;',
  ),
  pure(
    'absorbing',
    'what is under a mask does not depend on the other token',
    '= p[y * values + other]! / ofA',
    '= rows[y]!',
  ),
  pure(
    'absorbing',
    'a mask is lifted at the rate of the time that is left to go',
    'times(guesses(p, values), 1 / t)',
    'times(guesses(p, values), 1 / (1 - t))',
  ),
  pure(
    'step',
    'both tokens move by the first one’s chances',
    '= first * b[x * states + j]!',
    '= first * a[x * states + j]!',
  ),
  pure('step', 'the scale of a score is left out of Euler’s step', 'const by = (t - s) * scale;', 'const by = t - s;'),
  pure(
    'lsd',
    'a squared distance is divided by the mean’s square',
    'dot(meanRow(rows, n), square)',
    'dot(meanRow(teacher, n), square)',
  ),
  pure(
    'lsd',
    'student and teacher change places',
    'ratio(dot(meanRow(teacher, n), rate), dot(rows, rate))',
    'ratio(dot(rows, rate), dot(meanRow(teacher, n), rate))',
  ),
  pure(
    'lsdPlus',
    'scales are learned at the old times',
    'scalesOf(problem, times, base, distance), 0.5',
    'scalesOf(problem, equal.times, base, distance), 0.5',
  ),
  pure(
    'endFit',
    'a share moves the times before it',
    'for (let k = j + 1; k < steps; k++) sum',
    'for (let k = 1; k <= j; k++) sum',
  ),
  pure('endFit', 'what comes last is kept, not the best', 'if (loss < best.loss) best', 'best'),
  pure('draw', 'both tokens are drawn with one number', 'uniforms(seed, 2 * k + 2, n)', 'uniforms(seed, 2 * k + 1, n)'),
  lab('a record is of the state before its step', 'at: k,\n', 'at: k + 1,\n'),
  lab(
    'the law is compared with the data at every time',
    'const truth = process.marginal(p, VALUES, course.times[k]!);',
    'const truth = process.marginal(p, VALUES, 0);',
  ),
  lab('masks are counted in the first token alone', '(v * both) / 2', '(v * both) / 4'),
];
