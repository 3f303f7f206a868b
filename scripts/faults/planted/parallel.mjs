// Samplers that work on several steps at once.
import { shader, tested } from './fault.mjs';

export const parallel = [
  tested(
    'samplers/diffusion/parastep',
    'samplers/diffusion/parallel',
    'a worker walks along the slope of the one before it',
    '(own ? held(r) : last)',
    '(own ? held(Math.max(1, r - 1)) : last)',
  ),
  tested(
    'samplers/diffusion/parastep',
    'samplers/diffusion/parallel',
    'slopes stay with the workers that found them',
    "if (apart) yield { op: 'send', from: r, to: 0, x: held(r) };",
    "if (!apart) yield { op: 'send', from: r, to: 0, x: held(r) };",
  ),
  tested(
    'samplers/diffusion/parts/window',
    'samplers/diffusion/picard',
    'a state that moved is taken for one that stands',
    'b + first + 1;',
    'Math.min(end, b + first + 2);',
  ),
  tested(
    'samplers/diffusion/parts/window',
    'samplers/diffusion/picard',
    'the variance of a step, not of its posterior',
    'w.tolerance ** 2 * t * t * (1 - (t / s) ** 2)',
    'w.tolerance ** 2 * t * t',
  ),
  tested(
    'samplers/diffusion/paradigms',
    'samplers/diffusion/picard',
    'changes are carried as if x̂ had one variance',
    "coordinates === 'vp' ? Math.sqrt((1 + t * t) / (1 + s * s)) : 1",
    "coordinates === 've' ? Math.sqrt((1 + t * t) / (1 + s * s)) : 1",
  ),
  tested(
    'samplers/diffusion/pcm',
    'samplers/diffusion/identities',
    'a state that stands is corrected, so that all sweeps do not lead to the base',
    'const share = i > front ?',
    'const share = i >= front ?',
  ),
  tested(
    'optimisers/pcm',
    'optimisers/pcm',
    'the correction is fitted to the solution of the step before',
    '[solution[i]!, solution[i + 1]!]',
    '[solution[i]!, solution[i]!]',
  ),
  tested(
    'samplers/diffusion/parallelNewton',
    'samplers/diffusion/newton',
    'derivatives on one side of the state alone',
    '[plus ? width : -width, direction(k)]',
    '[plus ? width : 0, direction(k)]',
  ),
  tested(
    'samplers/diffusion/parallelNewton',
    'samplers/diffusion/newton',
    'the linear part of a step is left out of its derivative',
    'terms: [[t / s, v], ...all',
    'terms: [[t, v], ...all',
  ),
  shader(
    'diffusion/guide',
    'guide',
    'what is taken along a third register is taken along the second',
    'share * arena[args.onto + i]',
    'share * arena[at.y + e]',
  ),
  tested(
    'labs/diffusion/ui/lanes/lanes',
    'labs/diffusion/ui/lanes/lanes',
    'steps that stand after a round are shown before it',
    'round.done = Math.min(round.done, marked);',
    'round.done = Math.min(round.done, marked + 1);',
  ),
  tested(
    'core/counts',
    'labs/diffusion/config/costs',
    'a chain as long as its evaluations is given an axis of its own',
    'depth: (c) => c.depth !== c.nfe',
    'depth: (c) => c.depth !== 0',
  ),
];
