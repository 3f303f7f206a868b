// Parts of a network, and wrappers that ask for them.
import { shader, tested } from './fault.mjs';

const wrapper = (file, ...rest) => tested(`wrappers/${file}`, 'wrappers/wrappers', ...rest);
const onGpu = (...rest) => tested('networks/ditParts', 'networks/ditParts.gpu', ...rest);
const mixing = (...rest) => tested('networks/ditMixing', 'networks/ditParts.gpu', ...rest);
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
  mixing(
    'a pass sees its own keys as those of the pass before',
    'before: place(block, n + 1)',
    'before: place(block, n)',
  ),
  mixing('a chunk leaves its keys where another has its own', '+ first * copies * tokens * 2 * d;', ';'),
  tested(
    'models/networks/ditMixing',
    'models/networks/ditParts',
    'a pass meets what it leaves itself',
    'const old = kept.get(block);\n      kept.set(block, keysAndValues(qkv, d));',
    'kept.set(block, keysAndValues(qkv, d));\n      const old = kept.get(block);',
  ),
  tested('core/sight', 'core/sight', 'a halo of one row is none', 'away <= part.halo', 'away < part.halo'),
  tested(
    'core/sight',
    'core/sight',
    'strips that wait send no more than those that do not',
    "part.sync ? { ...part, halo: 'all' } : part",
    'part',
  ),
  shader(
    'attention/strip_attention',
    'strip_attention',
    'values are left where keys belong',
    'let to = args.after + row * 2u * width + head * args.d4 + d;\n    kept[to] = qkv[q_at + width + d];',
    'let to = args.after + row * 2u * width + head * args.d4 + d;\n    kept[to] = qkv[q_at + 2u * width + d];',
  ),
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
