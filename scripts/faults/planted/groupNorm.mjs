// GroupNorm: sums of channels, and what becomes of them.
import { shader, source } from './fault.mjs';

export const groupNorm = [
  shader(
    'norm/group_stats',
    'group_stats',
    'the last slab is as long as the others',
    'let count = min(args.per_slab, args.pixels - first);',
    'let count = args.per_slab;',
  ),
  shader(
    'norm/group_stats',
    'group_stats',
    'squares about the first pixel, not about the mean',
    'max(squares - sum * (sum / n), vec4f(0.0))',
    'squares',
  ),
  shader(
    'norm/group_stats',
    'group_stats',
    'every sample reads the first one',
    'var at = (sample * args.pixels + first) * args.quads + quad;',
    'var at = first * args.quads + quad;',
  ),
  shader(
    'norm/group_combine.1.tree',
    'group_combine 1.tree',
    'a half of the tree is left out',
    'half > 0u; half /= 2u',
    'half > 1u; half /= 2u',
  ),
  shader(
    'norm/group_combine.1.tree',
    'group_combine 1.tree',
    'distances of the parts’ means are forgotten',
    'own.x += s.squares + s.count * (s.mean - mean) * (s.mean - mean);',
    'own.x += s.squares;',
  ),
  shader(
    'norm/group_combine.2.lanes',
    'group_combine 2.lanes',
    'parts count alike, whatever their pixels',
    'sum += s.count * (s.mean - about);',
    'sum += count / f32(i + 1u) * (s.mean - about);',
  ),
  shader(
    'norm/group_combine.2.lanes',
    'group_combine 2.lanes',
    'distances about the first part’s mean',
    'squares += s.squares + s.count * (s.mean - mean) * (s.mean - mean);',
    'squares += s.squares + s.count * (s.mean - about) * (s.mean - about);',
  ),
  shader('lib/group', 'group_combine', 'a channel’s slabs are taken for another’s', 'i / each) * 3u', 'i % each) * 3u'),
  shader('lib/group', 'group_combine', 'scale without its 1', 'let scale = 1.0 + mod_rows', 'let scale = mod_rows'),
  shader(
    'lib/group',
    'group_combine',
    'shift is scaled too',
    'b = b * scale + mod_rows[row + args.shift_at + c];',
    'b = (b + mod_rows[row + args.shift_at + c]) * scale;',
  ),
  source(
    'kernels/norm/groupNorm',
    'group_combine',
    'scale and shift are exchanged',
    'a.mod?.scaleAt ?? 0, a.mod?.shiftAt ?? 0)',
    'a.mod?.shiftAt ?? 0, a.mod?.scaleAt ?? 0)',
  ),
  shader(
    'lib/group',
    'group_combine 2.lanes epsilon',
    'epsilon is ten times as large',
    'inverseSqrt(variance + args.eps)',
    'inverseSqrt(variance + 10.0 * args.eps)',
  ),
];
