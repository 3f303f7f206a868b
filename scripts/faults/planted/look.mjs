// Looking inside a pass: what is read of it, and where.
import { tested } from './fault.mjs';

const inside = (file, why, find, replace) => tested(file, 'networks/transformerLook.gpu', why, find, replace);
export const look = [
  inside(
    'networks/transformerPass',
    'a stream is read before the layer that it is said to come after',
    "    mark('stream', layers, list.length);",
    "    mark('stream', layers, list.length - 1);",
  ),
  inside(
    'networks/transformerLook',
    'the first row’s stream stands for the last one’s',
    '4 * (rows - 1) * width,\n            staging,',
    '0,\n            staging,',
  ),
  inside(
    'networks/transformerLook',
    'unit vectors stay where earlier keys were weighed',
    'encoder.clearBuffer(values, place, blockBytes);',
    '',
  ),
  inside(
    'networks/transformerLook',
    'every text’s keys are weighed as the first slot’s',
    'const place = 4 * (slot * context + block * headDim) * stride;',
    'const place = 4 * (block * headDim) * stride;',
  ),
  inside(
    'networks/transformerLook',
    'the first layer’s window stands for every layer’s',
    'const { window } = attentionOf(config, layer);',
    'const { window } = attentionOf(config, 0);',
  ),
  tested(
    'labs/language/engine/lens',
    'labs/language/engine/lens',
    'divergence is taken the other way round',
    'const [a, b] = [logSoftmax(p), logSoftmax(q)];',
    'const [a, b] = [logSoftmax(q), logSoftmax(p)];',
  ),
  tested(
    'labs/language/engine/lens',
    'labs/language/engine/lens',
    'a translator’s matrix is read by columns',
    'layer.weight[i * h.length + j]!',
    'layer.weight[j * h.length + i]!',
  ),
  inside('networks/transformerLook', 'a look does not fill the cache', 'cache.setLength(slot, keys);', ''),
];
