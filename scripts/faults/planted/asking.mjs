// Wrappers that ask more than the plan, CoRe², and what guides them.
import { fault, shader, tested } from './fault.mjs';

const asking = (file, ...rest) => tested(`wrappers/${file}`, 'wrappers/asking', ...rest);
const core = (...rest) => tested('wrappers/core2', 'wrappers/core2', ...rest);
const fits = (file, ...rest) => tested(`labs/diffusion/engine/${file}`, 'labs/diffusion/engine/wrapFit', ...rest);

const refines = (...rest) => tested('wrappers/refiner', 'wrappers/refiner', ...rest);

const zags = (...rest) => tested('wrappers/zigzag', 'wrappers/zigzag', ...rest);

export const askingMore = [
  zags('the way back begins where the way down did', '[1 / kept, down],', '[1 / kept, op.x],'),
  zags('the way back is as guided', 'guessBack(down, next, back, said)', 'guessBack(down, next, 1, said)'),
  zags('the last step turns back too', '|| next <= 0', ''),
  refines(
    'a refiner is learned with its own velocity in the place of the one before',
    'mapOf(velocities[i - 1]!,',
    'mapOf(velocities[i]!,',
  ),
  refines(
    'a foretold velocity is not what the next refiner is fed',
    'matrixAt(fitted, number, n), v, op.x, v)',
    "matrixAt(fitted, number, n), v, op.x, beside('other'))",
  ),
  refines(
    'every second refiner begins one too early',
    'back % 2 === 0 && back / 2 < count',
    'back % 2 === 1 && back / 2 < count',
  ),
  asking('asking', 'a gradient is twice its difference', '[0.5 / delta, up],', '[1 / delta, up],'),
  asking('asking', 'every evaluation begins its step', '    begins = false;', ''),
  asking(
    'asking',
    'a batch’s evaluations are all of one step',
    'level >= op.sigma * (1 - 1e-12)',
    'level >= 2 * op.sigma',
  ),
  asking('distillationPp', 'the guess is noised to the level of the step', '[next, z],', '[op.sigma, z],'),
  asking('distillationPp', 'the teacher gets the student’s share', '[lambda, again]],', '[1 - lambda, again]],'),
  asking('distillationPp', 'one step more is looked at', 'spot.step < steps', 'spot.step <= steps'),
  asking('minority', 'the push is of the deviation, not of the variance', 'size: w * next ** 2', 'size: w * next'),
  asking('minority', 'it goes where the model loses least', '[-1, again],', '[1, again],'),
  asking(
    'guideReplay',
    'the pull forgets the classifier’s level',
    '(w * op.sigma ** 2) / level ** 2',
    'w * op.sigma ** 2',
  ),
  asking('guideReplay', 'it acts above its level', 'op.sigma > to', 'op.sigma < to'),
  tested(
    'wrappers/affine',
    'wrappers/core2',
    'the map is of the state alone',
    'rows[k] = a[at + k]! / ofA;',
    'rows[k] = 0;',
  ),
  core('going past the map goes back to it', '[g, op.out],', '[1, op.out],'),
  fits(
    'attempt',
    'a fit serves every weight of guidance',
    '${label} ${guidance} ${formatGuidance(c)}',
    '${label} ${guidance}',
  ),
  fits(
    'attempt',
    'a fit serves every class',
    '${label} ${guidance} ${formatGuidance(c)}',
    '${guidance} ${formatGuidance(c)}',
  ),
  fits(
    'wrapFit',
    'the map is learned from the unguided run',
    'fit.guided ? (list) => guidedOps(c, list) : undefined',
    'undefined',
  ),
  tested(
    'samplers/contenders/contender',
    'labs/diffusion/engine/wrapFit',
    'what leads elsewhere is measured against the solution',
    'own === true || wrapsSteer(c) ||',
    'own === true ||',
  ),
  tested(
    'math/guide',
    'math/guide',
    'the size of a sample is of its sum',
    'dot(rows, rows) / a.length',
    'dot(rows, rows)',
  ),
  shader(
    'diffusion/guide',
    'guide',
    'the matrix of the second register is taken by columns',
    'dot(args.ofB.xy, b)',
    'dot(args.ofB.xz, b)',
  ),
  fault(
    'shaders/diffusion/guide.wgsl',
    'guide',
    'the largest number is sought among the signed ones',
    'top = max(top, abs(arena[at + e]));',
    'top = max(top, arena[at + e]);',
  ),
  tested(
    'samplers/diffusion/restart',
    'samplers/diffusion/contraction',
    'one round more is restarted',
    'k < K &&',
    'k <= K &&',
  ),
  tested(
    'samplers/diffusion/lcm',
    'samplers/diffusion/contraction',
    'consistency stepping noises to less than the next level',
    "[t, 'noise'],",
    "[0.8 * t, 'noise'],",
  ),
];
