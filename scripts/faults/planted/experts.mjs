// Mixtures of experts: routing, grouping, their products.
import { shader, tested } from './fault.mjs';

export const experts = [
  shader('experts/route_experts', 'route_experts', 'of equal logits the last expert wins', 'other.y < best[t].y', 'other.y > best[t].y'),
  shader('experts/route_experts', 'route_experts', 'an expert is chosen twice', 'keys[e] = 0u;', 'keys[e] = keys[e];'),
  shader('experts/route_experts', 'route_experts', 'the sum of the chosen lacks the first', 'if (NORMALISED) { sum +=', 'if (NORMALISED && j > 0u) { sum +='),
  shader('experts/group_experts', 'group_experts', 'tiles of one expert reach into the next', 'vec4u(e, at, min(TILE, to - at), 0u)', 'vec4u(e, at, TILE, 0u)'),
  shader('experts/group_experts', 'group_experts', 'experts beyond the lanes are not counted', 'places[e] += found;', 'if (e == t) { places[e] += found; }'),
  shader('experts/expert_matvec', 'expert_matvec_', 'choices of a token have rows of x of their own', '(slot / args.sharing) * args.dots.x_row', 'slot * args.dots.x_row'),
  shader('experts/expert_matmul', 'expert_matmul_', 'all tiles are of the first expert', 'let row = tile.x * args.n + n0;', 'let row = n0;'),
  shader('experts/combine_experts', 'combine_experts', 'the shared expert’s gate is not squashed', 'select(1.0, e, g < 0.0) / (1.0 + e) * shared_output[i]', 'g * shared_output[i]'),
  tested('formats/weightNames', 'models/networks/transformer', 'an expert’s ups are read where its gates are', "role === 'gate' ? 0 : rows", "role === 'gate' ? rows : 0"),
  tested('formats/expertsConfig', 'formats/experts', 'layers are counted from 0 in steps of sparse ones', '(i + 1) % step', 'i % step'),
  tested('formats/expertsConfig', 'formats/experts', 'Mixtral’s weights need not add up to one', 'rule.normalised === true || ', ''),
  tested('formats/perToken', 'formats/experts', 'all experts are counted for a token', 'experts.used / experts.count : 1', 'experts.count / experts.count : 1'),
  tested('networks/transformerExperts', 'networks/transformer.gpu', 'up is written over gate', "product('up', input, a.wide, hidden, 2 * hidden)", "product('up', input, a.wide, 0, 2 * hidden)"),
  tested('networks/transformerExperts', 'networks/transformer.gpu', 'the way out of an expert reads the token’s row', "role === 'down' ? 1 : used", 'used'),
  tested('networks/transformerDense', 'networks/transformer.gpu', 'the shared expert writes over the sum', 'x: a.hidden, y: delta,', 'x: a.hidden, y: a.delta,'),
]; // prettier-ignore
