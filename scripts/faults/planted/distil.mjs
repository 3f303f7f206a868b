// Score distillation: a fault for each method, for critics, optimisers and the window.
import { tested } from './fault.mjs';

const distilled = (file, ...rest) => tested(`distil/${file}`, 'distil/distil', ...rest);

const framed = (...rest) => tested('labs/diffusion/ui/distil/frame', 'labs/diffusion/ui/distil/frame', ...rest);
const shown = (file, ...rest) => tested(`labs/diffusion/engine/${file}`, 'labs/diffusion/engine/distil', ...rest);

export const distil = [
  distilled(
    'sds',
    'the noise is added instead of taken off',
    'minus(slopes[0]!, z)',
    'minus(slopes[0]!, z.map((v) => -v))',
  ),
  distilled(
    'vsd',
    'the critic is asked about particles without their noise',
    'own(noised, sigma)',
    'own(theta, sigma)',
  ),
  distilled('isd', 'the two control variates change places', "variate === 'z' ? z :", "variate !== 'z' ? z :"),
  distilled('critics', 'the covariance of few particles is not divided by their number', 'off, dim) / n', 'off, dim)'),
  tested('math/descents', 'distil/distil', 'the second moment is not corrected', 'second[i]! / c2', 'second[i]! / 1'),
  distilled('distil', 'a step draws by its place in the window', 'drawn(task, base + k)', 'drawn(task, k)'),
  distilled(
    'distil',
    'the window slides past what was wrong',
    'wrong < 0 ? window : wrong + 1',
    'wrong < 0 ? window : wrong + 2',
  ),
  distilled('distil', 'guesses are those of the step before', 'replayed.slice(good - 1)', 'replayed.slice(good - 2)'),
  distilled(
    'distil',
    'levels are spread evenly instead of by their logarithm',
    'low * (high / low) ** u',
    'low + (high - low) * u',
  ),
  distilled('measures', 'the spread is around zero', '(theta[at]! - mean[at % dim]!) ** 2', 'theta[at]! ** 2'),
  tested(
    'math/cholesky',
    'math/cholesky',
    'the upper half is solved by the lower',
    'l[k * n + i]! * b[k]!',
    'l[i * n + k]! * b[k]!',
  ),
  // What the view shows: its frame, and how far a window is from its sequence.
  framed('the frame is that of the oldest particles', 'records.at(-1)?.picture', 'records.at(0)?.picture'),
  framed('one stray widens the frame', 'Math.ceil(HELD * far.length)', 'far.length'),
  framed('a particle that is nowhere counts as seen', '!(far <= view)', 'far > view'),
  framed('the frame widens for the last row alone', 'Math.max(share, 1 + STEP', 'Math.max(1, 1 + STEP'),
  shown(
    'distil',
    'a window is compared with another step of its sequence',
    'sequence?.step === walker.step && {',
    'sequence && {',
  ),
  shown(
    'distilFigures',
    'only what is too large is far off',
    'Math.max(most, Math.abs(v - b[i]!))',
    'Math.max(most, v - b[i]!)',
  ),
  shown(
    'distilFigures',
    'a window has a sequence of the same threshold alone',
    "['window', 'threshold', 'keep']",
    "['window', 'keep']",
  ),
];
