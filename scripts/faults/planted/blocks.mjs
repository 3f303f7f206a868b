// GGUF's blocks as they are stored: their order on the GPU, what unpacks them, and which rows have which type.
import { fault, tested } from './fault.mjs';

const inShader = (file, why, find, replace, adapter) => ({
  ...fault(`shaders/lib/${file}.wgsl`, '', why, find, replace, adapter),
  test: 'src/kernels/linear/blocks.gpu.test.ts',
});
/** Another order of the bits is a permutation too: what the kernels make of it tells. */
const order = (why, find, replace) => tested('formats/ggufRepack', 'kernels/linear/blocks.gpu', why, find, replace);
const repack = (why, find, replace) => tested('formats/ggufRepack', 'formats/ggufRepack', why, find, replace);

export const blocks = [
  order('the mask of Q3_K from the bits of the next group', 'column1(b, p, g);', 'column1(b, p, (g + 1) & 7);'),
  order(
    'the high pairs of Q6_K from the other half of the block',
    'column2(b, p + 128 + 32 * h, 2 * j',
    'column2(b, p + 128 + 32 * (1 - h), 2 * j',
  ),
  repack('the minima of Q4_K lose their upper four', 'nibbles(third >>> 4) << 16', 'nibbles(third >>> 4) << 12'),
  repack('a NaN among the scales of Q6_K passes', 'Q6_K: [208],', 'Q6_K: [206],'),
  tested(
    'formats/ggufDequantise',
    'formats/ggufDequantise',
    'the high bits of an IQ4_XS scale are those of its neighbour',
    '((high >> (2 * s)) & 3)',
    '((high >> (2 * (s ^ 1))) & 3)',
  ),
  inShader('blocks.k', 'the minimum of a group is added', '-f32(least)', 'f32(least)'),
  inShader(
    'weights.q6_k',
    'both halves of a group have the first scale',
    'f32(two >> 24u));',
    'f32((two << 8u) >> 24u));',
  ),
  inShader(
    'weights.q4_1',
    'the offset is left out of the second half',
    '>> 16u)) * raw.s.x + raw.s.y',
    '>> 16u)) * raw.s.x',
  ),
  inShader('weights.q5_0', 'whole groups take the fifth bits of the first unit', 'loads.h >> (8u * i)', 'loads.h'),
  inShader('weights.mxfp4', 'the scale of the next group', '8u * ((i >> 2u) & 3u)', '8u * ((i >> 3u) & 3u)'),
  inShader('embedding.blocks', 'the halves of a unit are swapped', '(i & 1u) == 1u', '(i & 1u) == 0u'),
  tested(
    'networks/transformerWeights',
    'engine/decoding/gguf.gpu',
    'blocks of a later piece go to the rows of the first',
    'const start = firstRow + chunk.firstRow;',
    'const start = chunk.firstRow;',
  ),
  tested(
    'networks/transformerParts',
    'engine/decoding/gguf.gpu',
    'a matrix of several formats writes all its pieces to the first rows',
    'yAt: (args.yAt ?? 0) + firstRow,',
    'yAt: args.yAt ?? 0,',
  ),
  tested(
    'formats/weightPart',
    'engine/decoding/gguf.gpu',
    'blocks of paired heads stay in the order of the file',
    'const stride = rowBytes(entry.dtype, cols, entry.name);\n  const out = new Uint8Array(count * stride);\n  for (let r = 0; r < count; r++) {\n    const at = storedRow(gather, first + r) - from;',
    'const stride = rowBytes(entry.dtype, cols, entry.name);\n  const out = new Uint8Array(count * stride);\n  for (let r = 0; r < count; r++) {\n    const at = r;',
  ),
  tested(
    'formats/ggufSplit',
    'formats/ggufSplit',
    'files of another model of as many parts are taken for this one',
    'shard?.stem === own.stem && shard.of === own.of',
    'shard?.of === own.of',
  ),
];
