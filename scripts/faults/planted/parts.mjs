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
  tested(
    'networks/ditStrips',
    'networks/ditParts.gpu',
    'a pass sees its own keys as those of the pass before',
    'rows, block, pass + 1)',
    'rows, block, pass)',
  ),
  tested(
    'networks/ditPlaces',
    'networks/ditParts.gpu',
    'a chunk leaves its keys where another has its own',
    '(slot * this.#rows(asked) + first * copies)',
    '(slot * this.#rows(asked))',
  ),
  tested(
    'models/networks/ditMixing',
    'models/networks/ditParts',
    'a pass meets what it leaves itself',
    'const old = left.kv;\n    left.kv = keysAndValues(qkv, d);',
    'left.kv = keysAndValues(qkv, d);\n    const old = left.kv;',
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
  shader(
    'attention/window_attention',
    'window_attention',
    'the residual is of the window as it is, not as it is scaled',
    'all[d] / z - share * within[d] / near',
    'all[d] / z - within[d] / near',
  ),
  shader(
    'attention/window_attention',
    'window_attention',
    'a share does not grow',
    'min(1.0, share + args.drift)',
    'min(1.0, share)',
  ),
  tested(
    'networks/ditWindows',
    'networks/ditParts.gpu',
    'the share scales where only the residual is wanted',
    'byRatio: part.ratio,',
    'byRatio: true,',
  ),
  tested(
    'models/networks/ditMixing',
    'models/networks/ditParts',
    'the share of another head scales',
    'shares[Math.floor((at % d) / dim) * tokens + Math.floor(at / d)]',
    'shares[Math.floor(at / d)]',
  ),
  tested('core/sight', 'core/sight', 'a window as wide again', '(keep * tokens) / 2;', 'keep * tokens;'),
  tested('core/part', 'core/sight', 'a refresh weighs nothing twice', 'return 1 + share / 2;', 'return 1;'),
  tested(
    'wrappers/reattention',
    'wrappers/attending',
    'refreshes are counted from the first evaluation, not from the end of the whole ones',
    '(i - warmup) % every === 0',
    'i % every === 1',
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
