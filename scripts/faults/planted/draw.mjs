// Drawing a token.
import { shader } from './fault.mjs';

export const draw = [
  shader('lib/draw', 'topk,token draw', 'top-k keeps one too many', 'kept = shape.y;', 'kept = shape.y + 1u;'),
  shader(
    'lib/draw',
    'topk,token draw',
    'top-p leaves out the token that crosses',
    'kept = i + 1u;\n          total = sum;',
    'kept = max(i, 1u);\n          total = sum;',
  ),
  shader(
    'lib/draw',
    'topk,token draw',
    'temperature multiplies instead of dividing',
    'return exp(max(d / temperature, -87.0)); }',
    'return exp(max(d * temperature, -87.0)); }',
  ),
  shader(
    'lib/draw',
    'topk,token draw',
    'min-p against the untempered probability',
    'if (i > 0u && weight < min_p) { break; }',
    'if (i > 0u && exp(bitcast<f32>(candidates[at + i].x) - top) < min_p) { break; }',
  ),
  shader(
    'sampling/topk_draw.1.workgroup',
    'topk 1,token draw 1',
    'ties go to the higher index',
    'b.y < a.y); // b belongs',
    'b.y > a.y); // b belongs',
  ),
  shader(
    'sampling/topk_draw.1.workgroup',
    'topk 1,token draw 1',
    'the candidates are not sorted in the last round',
    'for (var size = 2u; size <= WG; size *= 2u)',
    'for (var size = 2u; size < WG; size *= 2u)',
  ),
  shader(
    'sampling/topk_partial.2.lanes',
    'topk 2,token draw 2',
    'the last logit of a chunk is left out of the sum',
    'for (var c = first; c < end; c++) {',
    'for (var c = first; c + 1u < end; c++) {',
  ),
  shader(
    'sampling/topk_partial.1.workgroup',
    'topk 1,token draw 1',
    'no barrier inside the tree',
    'sums;\n  for (var s = WG / 2u; s > 0u; s /= 2u) {\n    workgroupBarrier();',
    'sums;\n  for (var s = WG / 2u; s > 0u; s /= 2u) {',
  ),
];
