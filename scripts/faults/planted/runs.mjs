// Runs that keep a scheduler's conventions, and guidance.
import { tested } from './fault.mjs';

const run = (file, ...rest) => tested(`models/${file}`, 'engine/diffusion/pipelines', ...rest);

export const runs = [
  run(
    'diffusers/run',
    'the network is told the time of the table where diffusers rounds it',
    'timeOfLevel(conventions, sigma) ?? scalars.noise',
    'timeOfLevel(conventions, -sigma) ?? scalars.noise',
  ),
  run('diffusers/run', 'DDIM clips the noise too', 'clipKeepsNoise && i >= 0', 'clipKeepsNoise && i > 999'),
  run(
    'diffusers/conventions',
    'the sample is left in the coordinates of the sampler',
    'endScale: preserves && !lcm ? 1 / norm(last) : 1',
    'endScale: preserves && lcm ? 1 / norm(last) : 1',
  ),
  run('diffusers/conventions', 'the start is not scaled', 'inX ? norm(begin[0]!)', 'inX ? begin[0]!'),
  tested(
    'samplers/diffusion/strides',
    'models/diffusers/conventions',
    'x̂ is not read anew where a step ends beside the next level',
    'if (rescale[i] !== 1) yield',
    'if (rescale[i] === 0) yield',
  ),
  tested(
    'models/diffusers/run',
    'models/diffusers/conventions',
    'LCM keeps nothing of the state',
    'kept: edge.kept',
    'kept: 0 * edge.kept',
  ),
  run('guidance', 'the deviation is set right whatever φ says', 'rescale * (said', 'Math.ceil(rescale) * (said'),
  tested(
    'models/guidance',
    'models/guidance',
    'the interval ends below its end',
    'sigma <= interval',
    'sigma < interval',
  ),
];
