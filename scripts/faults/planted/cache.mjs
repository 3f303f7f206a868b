// KV caches in 16 bits and in blocks.
import { shader, source, tested } from './fault.mjs';

const seen = (planted, adapter = 'swiftshader') => ({
  ...planted,
  adapter,
  test: 'src/kernels/attention/cacheTypes.gpu.test.ts',
});

export const cache = [
  seen(
    shader(
      'lib/keys.q8_0',
      '',
      'every second block of keys has its neighbour’s scale',
      '>> ((i << 1u) & 16u)).x;',
      ').x;',
    ),
  ),
  seen(
    shader(
      'lib/values.q4_0',
      '',
      'every second vector of values is the one before',
      'values[i >> 1u] >> ((i << 4u) & 16u);',
      'values[i >> 1u];',
    ),
  ),
  seen(
    shader(
      'linear/rope_append',
      '',
      'the largest number of a block of either sign is the largest positive one',
      'abs(v) > abs(top)',
      'v > top',
    ),
  ),
  seen(
    shader(
      'linear/rope_append',
      '',
      'a block of the second half of a head takes the first half',
      'let second = e >= half_dim;',
      'let second = e > 2u * half_dim;',
    ),
  ),
  seen(
    shader(
      'lib/append',
      '',
      'keys in 16 bits have the second pair at the first one’s place',
      'keys[(at + half_dim) / 2u]',
      'keys[at / 2u + 1u]',
    ),
  ),
  source(
    'networks/kvCache',
    'transformer llama, keys in',
    'a cache that grows leaves the scales of its blocks behind',
    'encoder.copyBufferToBuffer(old[half], at, layers[i]![half], to[n]!.at, bytes)',
    'encoder.copyBufferToBuffer(old[half], at, layers[i]![half], at, bytes)',
  ),
  source(
    'networks/kvCache',
    'transformer llama, keys in',
    'a copy of a sequence has the scales of another',
    '{ at: all.numbers + before.scales, bytes: own.scales }',
    '{ at: all.numbers, bytes: own.scales }',
  ),
  tested(
    'formats/cacheBlocks',
    'formats/cacheBlocks',
    'of two magnitudes alike the last counts',
    'Math.abs(x[at + i]!) > Math.abs(top)',
    'Math.abs(x[at + i]!) >= Math.abs(top)',
  ),
  tested(
    'labs/language/engine/lab',
    'labs/language/engine/lab',
    'a session on the processor keeps its cache as it comes',
    'createCpuSession(config, weights, context, cache)',
    'createCpuSession(config, weights, context)',
  ),
];
