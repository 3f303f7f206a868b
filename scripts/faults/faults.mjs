/**
 * Planted faults: each is one small wrong edit that a tired person could make. `find` must occur exactly once in the file (a unit test
 * sees to it); `first` names the cases of the suite that run first, so that a fault is found quickly: all others follow.
 * `adapter`: where the version at fault runs, or where the fault can show; lavapipe unless given.
 */
const fault = (file, first, why, find, replace, adapter = 'lavapipe') => ({ file, first, why, find, replace, adapter });
const shader = (file, ...rest) => fault(`shaders/${file}.wgsl`, ...rest);
const source = (file, ...rest) => fault(`src/${file}.ts`, ...rest);

const linear = [
  shader('linear/matmul.1.naive', 'matmul 1.naive', 'the last product of every sum is left out', 'k < args.k; k++', 'k + 1u < args.k; k++'),
  shader('linear/matmul.2.tiled', 'matmul 2.tiled', 'no barrier between loading the tiles and reading them', '    workgroupBarrier();\n    for (var k = 0u; k < 16u; k++) {', '    for (var k = 0u; k < 16u; k++) {'),
  shader('linear/matmul.2.tiled', 'matmul 2.tiled', 'no barrier between reading the tiles and loading the next', 'acc3 += tile_a[pa + 3u] * vb;\n    }\n    workgroupBarrier();', 'acc3 += tile_a[pa + 3u] * vb;\n    }'),
  shader('linear/matmul.2.tiled', 'matmul 2.tiled', 'wrong stride of the tile', 'let pa = k * STRIDE + lid.y * 4u;', 'let pa = k * 64u + lid.y * 4u;'),
  shader('linear/matmul.3.registers', 'matmul 3.registers', 'two rows of the tile are swapped', 'array<vec4f, 16>(c00, c01, c10, c11,', 'array<vec4f, 16>(c10, c11, c00, c01,'),
  shader('linear/matmul.3.registers', 'matmul 3.registers', 'the batch of B is ignored', 'let base_b = args.b_at + id.z * args.b_batch;', 'let base_b = args.b_at;'),
  shader('linear/matmul.4.subgroup', 'matmul 4.subgroup', 'the last columns of an uneven K are handed round twice', 'let count = min(lanes, steps - k0);', 'let count = lanes;'),
  shader('linear/matmul.5.quad', 'matmul 5.quad', 'a lane loads the row of its neighbour', 'let a1 = base_a + min(own_row + 2u, last)', 'let a1 = base_a + min(own_row + 3u, last)'),
  shader('linear/matmul.5.quad', 'matmul 5.quad', 'the last column of an odd K counts twice', 'let weight = f32(next - k);', 'let weight = 1.0;'),
  shader('linear/matmul.11.octet', 'matmul 11.octet', 'the lower quad stores its pairs of columns exchanged', 'select(lefts[i], lefts[i].zwxy, below == 1u)', 'lefts[i]'),
  shader('linear/matmul.11.octet', 'matmul 11.octet', 'the other quad’s columns are one’s own', 'let far1 = subgroupShuffleXor(w1, 4u);', 'let far1 = w1;'),
  shader('linear/matmul.6.tiles', 'matmul 6.tiles', 'the last row of four at the edge is not loaded', 'if (row + 3u < args.m) { v[3]', 'if (row + 4u < args.m) { v[3]'),
  shader('linear/matmul.6.tiles', 'matmul 6.tiles', 'no barrier between loading the tiles and reading them', '    workgroupBarrier();\n    for (var k = 0u; k < BK; k++) {', '    for (var k = 0u; k < BK; k++) {'),
  shader('quant/quantise_rows', 'dp4a', 'the scale of a row is its largest value over 128', 'largest / 127.0; }', 'largest / 128.0; }'),
  shader('linear/matvec_dp4a', 'dp4a', 'the scale of the row before', 'bitcast<f32>(scales[n + i])', 'bitcast<f32>(scales[max(n + i, 1u) - 1u])'),
  shader('quant/dequantise', 'dequantise', 'the halves of a unit are swapped', 'y[args.y_at + 2u * i] = low(raw) * scale;', 'y[args.y_at + 2u * i] = high(raw) * scale;'),
  shader('lib/dot.5.steps', '5.steps', 'the scale of the first group for all', 'sum.c += c * unit_scale(rows.z, first);', 'sum.c += c * unit_scale(rows.z, 0u);'),
  shader('lib/matmul', 'matmul', 'the bias is missing in the first column', 'v += bias[args.bias_at + col]; }', 'v += select(0.0, bias[args.bias_at + col], col > 0u); }'),
  shader('lib/matmul', 'matmul', 'the gate is of the wrong sample', '(row / args.rows_per_gate) * args.gate_row + col];', '(row % args.rows_per_gate) * args.gate_row + col];'),
  shader('lib/matmul', 'matmul', 'GELU with a wrong coefficient', 'fn activate(v: f32) -> f32 {\n  if (ACTIVATION == 1u) {\n    let u = 0.7978845608028654 * (v + 0.044715', 'fn activate(v: f32) -> f32 {\n  if (ACTIVATION == 1u) {\n    let u = 0.7978845608028654 * (v + 0.04715'),
  shader('lib/dot.1.naive', '1.naive', 'the upper half of a unit meets the lower half of x', 'x[start + 2u * u + 1u]))', 'x[start + 2u * u]))'),
  shader('lib/dot.2.lanes', '2.lanes', 'the scale of the next group', 'sum.b += b * unit_scale(rows.y, first);', 'sum.b += b * unit_scale(rows.y, end - 1u + span);'),
  shader('lib/dot.3.tree', '3.tree', 'no barrier inside the tree', 'half > 0u; half /= 2u) {\n    workgroupBarrier();', 'half > 0u; half /= 2u) {'),
  shader('lib/dot.3.tree', '3.tree', 'the first step of the tree is left out', 'var half = LANES / 2u;', 'var half = LANES / 4u;'),
  shader('lib/dot.4.subgroup', '4.subgroup', 'rows of x past the fourth get the first four', 'select(sums.far, sums.near, r < 4u)', 'select(sums.near, sums.near, r < 4u)'),
  shader('lib/weights.int4', 'int4', 'two scales of a word are swapped', 'return select(pair.x, pair.y, (s & 1u) == 1u);', 'return select(pair.y, pair.x, (s & 1u) == 1u);'),
  shader('lib/weights.int4', 'int4', 'the first of four nibbles is off by one', 'vec4f(8388616.0,', 'vec4f(8388615.0,'),
  shader('lib/weights.int8', 'int8', 'scaled by 128 instead of 127', 'return 127.0 *', 'return 128.0 *'),
  shader('lib/weights.f16', 'f16', 'two words of a unit are swapped', 'vec4f(unpack2x16float(raw.x), unpack2x16float(raw.y))', 'vec4f(unpack2x16float(raw.y), unpack2x16float(raw.x))'),
  shader('lib/linear', 'matvec,linear_matmul', 'the bias of the next column', 'bias[args.bias_at + n]', 'bias[args.bias_at + min(n + 1u, args.n - 1u)]'),
  shader('linear/linear_matmul.2.tiled', 'linear_matmul', 'no barrier before the next tile is loaded', 'acc3 += tile_x[px + 3u] * vw;\n    }\n    workgroupBarrier();', 'acc3 += tile_x[px + 3u] * vw;\n    }'),
  shader('linear/linear_matmul.4.quad', 'linear_matmul', 'a lane loads the row of its neighbour', 'let a1 = starts(own + 4u);', 'let a1 = starts(own + 5u);'),
  shader('linear/gate_up', 'gate_up', 'gate and up are swapped', 'silu(v.x) * v.z', 'silu(v.z) * v.x'),
  shader('linear/gate_activation', 'gate_activation', 'rows half as long', 'let at = r * 2u * args.quads', 'let at = r * args.quads'),
  shader('linear/broadcast_add', 'broadcast_add', 'inner and outer index are swapped', 'b[i * args.b_i + j * args.b_j + c]', 'b[j * args.b_i + i * args.b_j + c]'),
  shader('linear/embed', 'embed', 'the row before', 'args.table_rows - 1u) * args.dim', 'args.table_rows - 2u) * args.dim'),
  shader('linear/qkv_append', 'qkv_append', 'the wrong rotation pair', 'let turned = rotation(row.z, j);', 'let turned = rotation(row.z, j + 2u);'),
  shader('linear/qkv_append', 'qkv_append', 'keys of the position before', '(row.y * args.context + row.z) * args.kv_heads', '(row.y * args.context + max(row.z, 1u) - 1u) * args.kv_heads'),
  shader('linear/rope_append', 'rope_append', 'the sine with the wrong sign', 'v.xy * turned.xy - v.zw * turned.zw', 'v.xy * turned.xy + v.zw * turned.zw'),
  shader('linear/rope_append', 'rope_append', 'epsilon outside the root', '1.0 / sqrt(squares / f32(args.head_dim) + args.epsilon)', '1.0 / (sqrt(squares / f32(args.head_dim)) + args.epsilon)'),
  shader('lib/rope', 'rope_append', 'the angle loses its low bits', '+ ((position * frequency.y) >> 12u)', ''),
];

const attention = [
  shader('attention/attention.1.naive', 'attention 1.naive', 'the last key is not seen', 'var z = 0.0;\n  var acc = array<vec4f, 32>();\n  for (var j = 0u; j < args.tokens; j++)', 'var z = 0.0;\n  var acc = array<vec4f, 32>();\n  for (var j = 0u; j + 1u < args.tokens; j++)'),
  shader('attention/attention.1.naive', 'attention 1.naive', 'the largest score is not taken off', 'let e = exp(args.scale * s - m);', 'let e = exp(args.scale * s);'),
  shader('attention/attention.2.flash', 'attention 2.flash', 'no barrier after loading keys', 'values[e] = qkv[p + width];\n    }\n    workgroupBarrier();', 'values[e] = qkv[p + width];\n    }'),
  shader('attention/attention.2.flash', 'attention 2.flash', 'old sums are not shrunk when a larger score comes', 'let shrink = exp(m - top);', 'let shrink = 1.0;'),
  shader('attention/attention.3.registers', 'attention 3.registers', 'the second query of a pair is the first', 'let token_b = min(token_a + 1u, args.tokens - 1u);', 'let token_b = token_a;'),
  shader('attention/attention.4.blocks', 'attention 4.blocks', 'the seventh key of eight is the eighth', 'let p6 = keys + min(j + 6u, end) * row;', 'let p6 = keys + min(j + 7u, end) * row;'),
  shader('attention/attention.5.blocks16', 'attention 5.blocks16', 'the twelfth key of sixteen is the eleventh', 'let p11 = keys + min(j + 11u, end) * row;', 'let p11 = keys + min(j + 10u, end) * row;'),
  shader('attention/attention.6.subgroup', 'attention 6.subgroup', 'the seventh query of eight is the eighth', 's6 += subgroupBroadcast(b, FAR + 2u) * key;', 's6 += subgroupBroadcast(b, FAR + 3u) * key;'),
  shader('attention/attention.6.subgroup', 'attention 6.subgroup', 'a lane takes its own largest score for that of all', 'm = max(m, subgroupShuffleXor(m, o));', 'm = max(m, subgroupShuffleXor(m, 0u));'),
  shader('attention/attention_decode_split.1.workgroup', 'attention_decode 1.workgroup', 'the newest key is not seen', 'min(begin + run, position + 1u)', 'min(begin + run, position)'),
  shader('attention/attention_decode_split.1.workgroup', 'attention_decode 1.workgroup', 'the wrong key-value head of a group', 'head / (args.heads / args.kv_heads) * args.d4', 'head % args.kv_heads * args.d4'),
  shader('attention/attention_decode_split.2.lanes', 'attention_decode 2.lanes', 'a window one key too wide', 'let first = select(0u, position + 1u - args.window,', 'let first = select(0u, position - args.window,'),
  shader('attention/attention_decode_split.2.lanes', 'attention_decode 2.lanes', 'keys past the last count', 'let ok_b = vec4u(j) + vec4u(4u, 5u, 6u, 7u) < vec4u(end);', 'let ok_b = vec4u(j) + vec4u(4u, 5u, 6u, 7u) <= vec4u(end);'),
  shader('attention/attention_decode_combine', 'attention_decode', 'the last split is left out', 's < args.splits; s++', 's < max(args.splits, 2u) - 1u; s++'),
  shader('attention/attention_prefill.1.naive', 'attention_prefill 1.naive', 'a token sees the one after it', 'var z = 0.0;\n  var acc = array<vec4f, 64>();\n  for (var j = first_seen(position); j <= position; j++)', 'var z = 0.0;\n  var acc = array<vec4f, 64>();\n  for (var j = first_seen(position); j <= position + 1u; j++)'),
  shader('attention/attention_prefill.2.flash', 'attention_prefill 2.flash', 'a token does not see itself', 'j0 + j <= last_seen', 'j0 + j < last_seen'),
  shader('attention/attention_prefill.2.flash', 'attention_prefill 2.flash', 'no barrier before the next keys are loaded', 'acc[d] += e * tile_v[j * D4 + d]; }\n      }\n      workgroupBarrier();', 'acc[d] += e * tile_v[j * D4 + d]; }\n      }'),
  shader('attention/attention_prefill.3.registers', 'attention_prefill 3.registers', 'a window one key too narrow', '(vec4u(j + 2u) >= from_)', '(vec4u(j + 2u) > from_)'),
  shader('attention/attention_prefill.3.registers', 'attention_prefill 3.registers', 'the first key of a window is not seen where positions jump', '(vec4u(j + 5u) >= from_)', '(vec4u(j + 5u) > from_)'),
];

const rows = [
  shader('norm/layernorm.1.tree', 'layernorm 1.tree', 'epsilon outside the root', '1.0 / sqrt(total(t, squares) / f32(args.dim) + args.eps)', '1.0 / (sqrt(total(t, squares) / f32(args.dim)) + args.eps)'),
  shader('norm/layernorm.1.tree', 'layernorm 1.tree', 'no barrier inside the tree', 's > 0u; s /= 2u) {\n    workgroupBarrier();', 's > 0u; s /= 2u) {'),
  shader('norm/layernorm.2.lanes', 'layernorm 2.lanes', 'scale and shift are swapped', '(1.0 + mod_[scale_at + i]) + mod_[shift_at + i]', '(1.0 + mod_[shift_at + i]) + mod_[scale_at + i]'),
  shader('norm/layernorm.3.subgroup', 'layernorm 3.subgroup', 'divided by a count that is one too small', '/ f32(args.dim) + args.eps', '/ f32(args.dim - 1u) + args.eps'),
  shader('norm/residual_norm.1.tree', 'residual_norm 1.tree', 'the sum is not written back', 'x[at + i] = v;', ''),
  shader('norm/residual_norm.3.subgroup', 'residual_norm 3.subgroup', 'the last subgroup is left out', 's < subgroups; s++', 's < max(subgroups, 2u) - 1u; s++'),
  shader('norm/embed_norm.2.lanes', 'embed_norm 2.lanes', 'the position before', 'positions[row.z * count + i]', 'positions[max(row.z, 1u) * count - count + i]'),
  shader('lib/embedding', 'embed_norm', 'a row has the scale of the one before', 'bitcast<f32>(scales[row])', 'bitcast<f32>(scales[max(row, 1u) - 1u])'),
  shader('reduce/softmax.1.tree', 'softmax 1.tree', 'the largest of the first lane only', 'm = part[0];\n  workgroupBarrier();', 'workgroupBarrier();'),
  shader('reduce/softmax.2.lanes', 'softmax 2.lanes', 'the last of the columns that do not fill eight is not written', 'for (var c = even; c < args.cols; c++) { x[p + c]', 'for (var c = even; c + 1u < args.cols; c++) { x[p + c]'),
  shader('reduce/softmax.2.lanes', 'softmax 2.lanes', 'old sums are not shrunk when a larger score comes', '{ sums *= exp(m - top); m = top; }', '{ m = top; }'),
  shader('reduce/softmax.3.subgroup', 'softmax 3.subgroup', 'the subgroup does not share its sum', 'let z = subgroupAdd(sum);', 'let z = sum;'),
  shader('reduce/bitonic', 'sorted,bitonic', 'one comparison the wrong way round', 'y[p + args.stride] = select(min(a, b), max(a, b), up);', 'y[p + args.stride] = select(max(a, b), min(a, b), up);'),
  shader('reduce/pairwise_distance', 'pairwise', 'the fourth of the last four counts although it is not there', 'select(0.0, r.w, last >= 3u)', 'r.w'),
  shader('reduce/project', 'sorted,project', 'the direction before', 'directions[p * args.dim + c]', 'directions[max(p, 1u) * args.dim - args.dim + c]'),
];

const diffusion = [
  shader('diffusion/guidance', 'guidance', 'guidance the wrong way', 'arena[args.conditional + i] - u', 'u - arena[args.conditional + i]'),
  shader('diffusion/lincomb.1.scalar', 'lincomb', 'the last element of a row is not written', 'if (last >= 3u) { arena[o + 3u] = y.w; }', ''),
  shader('diffusion/lincomb.1.scalar', 'lincomb', 'an odd draw takes the even one’s weight', 'let draw = select(pair.xy, pair.zw, (d & 1u) == 1u);', 'let draw = vec2u(pair.x, select(pair.y, pair.w, (d & 1u) == 1u));'),
  shader('diffusion/lincomb.2.vec4', 'lincomb', 'the last term is left out', 't < args.term_count; t++', 't + 1u < max(args.term_count, 2u); t++'),
  shader('diffusion/patchify', 'patchify', 'row and column of a patch are swapped', 'let row = (token / across) * args.tile', 'let row = (token % across) * args.tile'),
  shader('diffusion/unpatchify', 'unpatchify', 'the unconditional half is added', 'v = u + args.weight * (v - u);', 'v = u + args.weight * (v + u);'),
  shader('diffusion/time_embedding', 'time_embedding', 'cosine and sine are swapped', 'y[at] = v.x;\n  y[at + args.half] = v.z;', 'y[at] = v.z;\n  y[at + args.half] = v.x;'),
  shader('image/blit', 'blit', 'green and blue are swapped', 'vec3f(arena[p], arena[p + plane], arena[p + 2u * plane])', 'vec3f(arena[p], arena[p + 2u * plane], arena[p + plane])'),
  shader('density/empirical_denoiser.1.registers', 'empirical_denoiser 1', 'points past the last count', '< vec4u(args.points);', '<= vec4u(args.points);'),
  shader('density/empirical_denoiser.2.flash', 'empirical_denoiser 2', 'no barrier before the next tile is loaded', 'sum = sum * shrink + r.x * y.xy + r.y * y.zw;\n    }\n    workgroupBarrier();', 'sum = sum * shrink + r.x * y.xy + r.y * y.zw;\n    }'),
  shader('density/mixture_denoiser', 'mixture_denoiser', 'the normalising constant of a component is of the wrong dimension', 'c.x - log(v) -', 'c.x - 0.5 * log(v) -'),
  shader('random/philox_normal', 'philox_normal', 'the batch’s first sample is ignored', 'args.first_sample + sample, draw.y', 'sample, draw.y'),
  shader('lib/philox', 'philox_normal', 'nine rounds instead of ten', 'round < 10u', 'round < 9u'),
  shader('lib/philox', 'philox_normal', 'cosine and sine of different radii', 'vec4f(radius.x * turn.x, radius.x * turn.z,', 'vec4f(radius.x * turn.x, radius.y * turn.z,'),
  shader('lib/philox', 'philox_normal', 'a uniform that can be 0', '(vec2f(r.xz) + 1.0) * unit', '(vec2f(r.xz) + 0.5) * unit'),
];

const draw = [
  shader('lib/draw', 'topk,token draw', 'top-k keeps one too many', 'kept = shape.y;', 'kept = shape.y + 1u;'),
  shader('lib/draw', 'topk,token draw', 'top-p leaves out the token that crosses', 'kept = i + 1u;\n          total = sum;', 'kept = max(i, 1u);\n          total = sum;'),
  shader('lib/draw', 'topk,token draw', 'temperature multiplies instead of dividing', 'return exp(max(d / temperature, -87.0)); }', 'return exp(max(d * temperature, -87.0)); }'),
  shader('lib/draw', 'topk,token draw', 'min-p against the untempered probability', 'if (i > 0u && weight < min_p) { break; }', 'if (i > 0u && exp(bitcast<f32>(candidates[at + i].x) - top) < min_p) { break; }'),
  shader('sampling/topk_draw.1.workgroup', 'topk 1,token draw 1', 'ties go to the higher index', 'b.y < a.y); // b belongs', 'b.y > a.y); // b belongs'),
  shader('sampling/topk_draw.1.workgroup', 'topk 1,token draw 1', 'the candidates are not sorted in the last round', 'for (var size = 2u; size <= WG; size *= 2u)', 'for (var size = 2u; size < WG; size *= 2u)'),
  shader('sampling/topk_partial.2.lanes', 'topk 2,token draw 2', 'the last logit of a chunk is left out of the sum', 'for (var c = first; c < end; c++) {', 'for (var c = first; c + 1u < end; c++) {'),
  shader('sampling/topk_partial.1.workgroup', 'topk 1,token draw 1', 'no barrier inside the tree', 'sums;\n  for (var s = WG / 2u; s > 0u; s /= 2u) {\n    workgroupBarrier();', 'sums;\n  for (var s = WG / 2u; s > 0u; s /= 2u) {'),
];

const wrappers = [
  source('kernels/attention', 'attention', 'scaled by the head dimension instead of its root', 'a.scale ?? 1 / Math.sqrt(headDim)', 'a.scale ?? 1 / headDim'),
  source('kernels/lincomb', 'lincomb', 'too few workgroups for a last quad that is not full', 'Math.ceil(a.dim / 4), 64)', 'Math.floor(a.dim / 4), 64)'),
  source('kernels/topk', 'token draw', 'top-p is packed where min-p belongs', 'floats[8 * r + 3] = minP;', 'floats[8 * r + 3] = topP;'),
  source('engine/gpuPlan', 'on the GPU', 'a fused noise loses the weight of its term', 'before.draws.map(([w, d]) => [w * weight, d])', 'before.draws.map(([w, d]) => [w, d])'),
  source('engine/gpuPlan', 'plans by hand', 'noise that is read twice is fused all the same', 'if (reads.includes(noise.out)) return false;', ''),
  source('networks/kvCache', 'transformer', 'a forked sequence lacks its last token', 'bytes = length * this.#config.kvHeads', 'bytes = (length - 1) * this.#config.kvHeads'),
  source('networks/transformer', 'transformer', 'positions count from one', 'position: length + i, wanted', 'position: Math.min(length + i + 1, this.context - 1), wanted'),
  source('networks/transformer', 'transformer', 'forgotten tokens stay', 'this.#p.cache.setLength(sequence, length);\n', ''),
  source('networks/transformerPass', 'transformer', 'the residual stream is normed with the wrong weights', 'addNorm(i + 1 < config.layers ? `layers.${i + 1}.norm_1`', 'addNorm(i + 1 < config.layers ? `layers.${i}.norm_1`'),
  source('formats/quantise', 'language', 'int8 clips at half its range', 'const scale = Math.fround(most / 127);', 'const scale = Math.fround(most / 254);'),
];

const samplers = [
  source('samplers/diffusion/dpmpp2m', 'dpmpp_2m golden', 'the step ratio is inverted', 'Math.log(sigmas[i - 1]! / s) / Math.log(s / t); // r_i', 'Math.log(s / t) / Math.log(sigmas[i - 1]! / s); // r_i'),
  source('samplers/heunStep', 'heun', 'the second slope at the first level', '[h / (2 * t), \'y\']', '[h / (2 * s), \'y\']'),
  source('samplers/diffusion/unipc', 'unipc golden', 'the corrector’s steps are measured from the wrong level', 'Math.log(from / sigmas[i - 2 - m]!) / h', 'Math.log(s / sigmas[i - 2 - m]!) / h'),
  source('samplers/diffusion/dpmpp2mSde', 'dpmpp_2m_sde', 'the history term is dropped', 'const c = i === 0 ? 0 :', 'const c = i >= 0 ? 0 :'),
  source('samplers/diffusion/dpmppSde', 'dpmpp_sde', 'the inner point’s weight is doubled', 'w = 1 / (2 * r);', 'w = 1 / r;'),
  source('samplers/diffusion/ddim', 'ddim', 'noise with the variance as its deviation', 'const fresh = ancestralNoise(s, t, up,', 'const fresh = ancestralNoise(s, t, up * up,'),
  source('samplers/stochastic', 'exact variance,golden', 'the ancestral noise ignores η', 'Math.min(t, eta * t * Math.sqrt', 'Math.min(t, t * Math.sqrt'),
  source('samplers/stochastic', 'exact variance,golden', 'the SDE’s noise lacks a factor of two', '-Math.expm1(-2 * eta * Math.log(s / t))', '-Math.expm1(-eta * Math.log(s / t))'),
  source('math/brownian', 'exact variance', 'the increment is of the sum of the ends', 'weights.set(key, (weights.get(key) ?? 0) - w);', 'weights.set(key, (weights.get(key) ?? 0) + w);'),
  source('samplers/multistep', 'agree,golden', 'a coefficient of the third order', '[23 / 12, -16 / 12, 5 / 12]', '[23 / 12, -15 / 12, 4 / 12]'),
  source('samplers/diffusion/restart', 'restart', 'noised to the variance of the top alone', 'Math.sqrt(t_max * t_max - t * t)', 'Math.sqrt(t_max * t_max)'),
  source('samplers/diffusion/rk4', 'rk4', 'the middle slopes count once', '[2 * w, \'y2\'], [-2 * w, \'d2\']', '[w, \'y2\'], [-w, \'d2\']'),
  source('samplers/diffusion/gradientEstimation', 'gradient_estimation', 'the history term has the wrong sign', '[h * (1 - gamma), history(i - 1)]', '[h * (gamma - 1), history(i - 1)]'),
  source('schedules/karras', 'schedule karras', 'the levels run in σ instead of its root', '(max ** (1 / rho) + u *', '(max ** (1 / rho) + u * u *'),
  source('schedules/vpTable', 'schedule uniform', 'the last β is never reached', 'beta(i / (TABLE_LENGTH - 1))', 'beta(i / TABLE_LENGTH)'),
  source('schedules/flowShift', 'schedule flow_shift', 'the shift multiplies the wrong side', '(shift * t) / (1 - t)', 't / (shift * (1 - t))'),
  source('math/philox', 'philox', 'the key is not raised', 'k1 = (k1 + W1) | 0;', ''),
  source('math/normal', 'normals by their key,philox_normal', 'a sample’s number is lost from the second on', 'element >>> 2, firstSample + sample, draw', 'element >>> 2, sample, draw'),
];

const decoding = [
  source('samplers/decoding/stages/topK', 'stage top_k', 'one too many is kept', 'subarray(0, Math.max(k, 1))', 'subarray(0, Math.max(k, 1) + 1)'),
  source('samplers/decoding/stages/minP', 'stage min_p', 'against the sum instead of the largest', 'logits[token]! >= bar', 'logits[token]! > bar + 2 * ROUND'),
  source('samplers/decoding/stages/tailFree', 'stage tail_free', 'the cut is one place early', 'subarray(0, cut + 2)', 'subarray(0, cut + 1)'),
  source('samplers/decoding/stages/xtc', 'stage xtc', 'the least likely choice is excluded too', 'choices.subarray(0, -1)', 'choices'),
  source('samplers/decoding/stages/mirostatV2', 'memory of mirostat', 'the memory follows the surprise the wrong way', 'mu: mu - eta * (surprise - tau)', 'mu: mu + eta * (surprise - tau)'),
  source('samplers/decoding/speculation', 'speculative', 'rejected drafts are drawn again from the target itself', 'Math.max(0, v - (q ? q[t] ?? 0 : t === token ? 1 : 0))', 'Math.max(0, v)'),
  source('samplers/decoding/draw', 'stage,token draw', 'equal values by larger index', 'found.sort((a, b) => values[b]! - values[a]! || a - b)', 'found.sort((a, b) => values[b]! - values[a]! || b - a)'),
  source('math/kernelRefs/draw', 'topk', 'top-k of the reference drops one', 'Math.min(k, weights.length)', 'Math.min(k, weights.length) - 1'),
];

export const faults = [...linear, ...attention, ...rows, ...diffusion, ...draw, ...wrappers, ...samplers, ...decoding];
