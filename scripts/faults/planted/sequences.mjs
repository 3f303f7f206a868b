// Sequences: a fault in each law, in what a rollout makes of it, and in what is told of it.
import { tested } from './fault.mjs';

const pure = (file, ...rest) => tested(`sequences/${file}`, 'sequences/sequences', ...rest);
const lab = (file, ...rest) => tested(`labs/diffusion/engine/${file}`, 'labs/diffusion/engine/sequences', ...rest);

export const sequences = [
  pure('scene', 'the next frame forgets the noise of its own', 'noise ** 2 + sceneVariance', 'sceneVariance'),
  pure(
    'scene',
    'a window is one frame longer',
    'const known = Math.min(k, window);',
    'const known = Math.min(k, window + 1);',
  ),
  pure(
    'scene',
    'KL is the other way round',
    'Math.log(own / truth[k * frames + k]!)',
    'Math.log(truth[k * frames + k]! / own)',
  ),
  pure('digits', 'the last frame given is taken for the next one', 'k - given.length)', 'k - given.length + 1)'),
  pure(
    'digits',
    'the frame noise is counted once',
    'const variance = noise * noise + sigma * sigma;',
    'const variance = sigma * sigma;',
  ),
  pure('digits', 'any two moves are straight on', 'now >= 0 && now === taken(i, k - 1)', 'now >= 0'),
  lab('sequenceLaw', 'what is drawn is not counted', 'Math.hypot(...x.subarray(1))', 'Math.abs(x[1]!)'),
  lab('sequenceLaw', 'a front keeps what is beaten', 'b.forgotten <= a.forgotten &&', 'b.forgotten > a.forgotten &&'),
  lab('sequences', 'the oldest frames are given', 'made[i]!.slice(-window)', 'made[i]!.slice(0, window)'),
  lab('sequences', 'every frame draws the same noise', 'frame * 0x9e3779b1', 'frame * 0'),
];
