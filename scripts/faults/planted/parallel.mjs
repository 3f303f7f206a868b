// Samplers that work on several steps at once.
import { tested } from './fault.mjs';

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
];
