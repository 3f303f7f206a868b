// Mixtures of experts: routing, grouping, their products.
import { shader } from './fault.mjs';

export const experts = [
  shader('experts/route_experts', 'route_experts', 'of equal logits the last expert wins', 'other.y < best[t].y', 'other.y > best[t].y'),
  shader('experts/route_experts', 'route_experts', 'an expert is chosen twice', 'keys[e] = 0u;', 'keys[e] = keys[e];'),
  shader('experts/route_experts', 'route_experts', 'the sum of the chosen lacks the first', 'if (NORMALISED) { sum +=', 'if (NORMALISED && j > 0u) { sum +='),
  shader('experts/group_experts', 'group_experts', 'tiles of one expert reach into the next', 'vec4u(e, at, min(TILE, to - at), 0u)', 'vec4u(e, at, TILE, 0u)'),
  shader('experts/group_experts', 'group_experts', 'experts beyond the lanes are not counted', 'places[e] += found;', 'if (e == t) { places[e] += found; }'),
  shader('experts/expert_matvec', 'expert_matvec_', 'choices of a token have rows of x of their own', '(slot / args.sharing) * args.dots.x_row', 'slot * args.dots.x_row'),
  shader('experts/expert_matmul', 'expert_matmul_', 'all tiles are of the first expert', 'let row = tile.x * args.n + n0;', 'let row = n0;'),
  shader('experts/combine_experts', 'combine_experts', 'the shared expert’s gate is not squashed', 'select(1.0, e, g < 0.0) / (1.0 + e) * shared_output[i]', 'g * shared_output[i]'),
]; // prettier-ignore
