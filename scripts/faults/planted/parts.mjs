// Parts of a network, and wrappers that ask for them.
import { shader, tested } from './fault.mjs';

const wrapper = (file, ...rest) => tested(`wrappers/${file}`, 'wrappers/wrappers', ...rest);
const onGpu = (...rest) => tested('networks/ditParts', 'networks/ditParts.gpu', ...rest);
const inFloat64 = (...rest) => tested('models/networks/ditParts', 'models/networks/ditParts', ...rest);

export const parts = [
  onGpu(
    'the second oldest residual is put back for the newest',
    'place((newest - j) % ring.length)',
    'place((newest + 1 + j) % ring.length)',
  ),
  onGpu('a chunk is given what another has kept', 'at + slot * floats + first * copies * stream', 'at + slot * floats'),
  onGpu('what is kept is the whole stream', '[-1, scratch(0)],', '[0, scratch(0)],'),
  inFloat64(
    'a residual is kept of all blocks',
    'const before = h.slice();\n      rest();',
    'rest();\n      const before = h.slice();',
  ),
  inFloat64('kept residuals come oldest first', 'kept.unshift(', 'kept.push('),
  wrapper(
    'plans',
    'the forms are of the wrong sign',
    'return { x: 1 / sigma, d: -1 / sigma };',
    'return { x: 1 / sigma, d: 1 / sigma };',
  ),
  wrapper('plans', 'the gain leaves the state alone', '(1 - gain) / (1 + sigma) - (gain * x) / d', '-(gain * x) / d'),
  wrapper('plans', 'the offset is not in flow time', '(sigma / (1 + sigma)) * offset', 'offset'),
  wrapper('taylorSeer', 'the line goes on the wrong way', 'return [1 + k, -k];', 'return [1 - k, k];'),
  wrapper(
    'ertaCache',
    'the residual is compared with the last one, made or not',
    'last = residual;\n      rows.push([0',
    'rows.push([0',
  ),
  wrapper('ertaCache', 'the slope is of the guess, not of its error', 'error - slope * mean', 'error + slope * mean'),
  wrapper('firstBlockCache', 'a pass without the rest counts as whole', 'whole = i;', 'whole = i - 1;'),
  shader(
    'diffusion/lincomb.2.vec4',
    'lincomb',
    'the constant is left out',
    'var y = vec4f(args.plus);',
    'var y = vec4f(0.0);',
  ),
];
