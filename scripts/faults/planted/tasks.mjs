// Tasks on given data: a fault for each method and for what they stand on.
import { shader, tested } from './fault.mjs';

const method = (file, ...rest) => tested(`tasks/${file}`, 'tasks/tasks', ...rest);
const restore = (file, ...rest) => tested(`tasks/${file}`, 'tasks/restore', ...rest);

export const tasks = [
  method(
    'parts/climb',
    'the slope of the upper end is asked for',
    "yield* ask('source', told, t);\n  yield eulerStep(t, s);",
    "yield* ask('source', told, s);\n  yield eulerStep(t, s);",
  ),
  method('parts/climb', 'the fixed point steps the wrong way', "[1 - s / t, 'd'],", "[s / t - 1, 'd'],"),
  method('infedit', 'the two guesses change places', "[1, 'd'],\n        [-1, 'e'],", "[-1, 'd'],\n        [1, 'e'],"),
  method('sdedit', 'the noise is of another level', "[sigmas[0]!, 'noise'],", "[sigmas[1]!, 'noise'],"),
  method('img2img', 'one step more is taken', 'Math.floor(steps * strength)', 'Math.floor(steps * strength) + 1'),
  method(
    'inversionEdit',
    'the way down keeps the class',
    "asking('target', told, solver",
    "asking('source', told, solver",
  ),
  method('parts/told', 'guidance mixes with the wrong share', "[1 - w, 'free'],", "[w - 1, 'free'],"),
  restore('repaint', 'what is hidden is put in', "by: 'mask', a: 'known', b: 'x'", "by: 'mask', a: 'x', b: 'known'"),
  restore('repaint', 'going up adds the noise of the level itself', 'Math.sqrt(t * t - s * s)', 't'),
  restore('repaint', 'a stretch is walked once more', 'left.set(k, resamplings - 1)', 'left.set(k, resamplings)'),
  restore('resshift', 'the noise of a step forgets what is kept', 't * t - k * k * s * s', 't * t - k * s * s'),
  restore('resshift', 'levels are spaced evenly', '** POWER', '** 1'),
  tested(
    'models/posterior',
    'models/posterior',
    'what is hidden is held against the measurement too',
    'own + (s > 0 ? 1 / noise ** 2 : 0)',
    'own + 1 / noise ** 2',
  ),
  tested(
    'tasks/mask',
    'tasks/mask',
    'a mask is read from the other end of a byte',
    '(bytes[i >> 3]! >> (i & 7)) & 1',
    '(bytes[i >> 3]! >> (7 - (i & 7))) & 1',
  ),
  tested(
    'labs/diffusion/engine/taskPosterior',
    'labs/diffusion/engine/task',
    'the given pictures stay among what explains them',
    '!out.has(i)',
    'out.has(i) || true',
  ),
  shader(
    'diffusion/blend',
    'blend',
    'the mask counts twice',
    '(1.0 - m) * arena[args.b + i]',
    '(1.0 - m * m) * arena[args.b + i]',
  ),
];
