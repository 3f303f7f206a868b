// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.4.quad, for software adapters with subgroups of 8 or more: 16 rows × 8 outputs per invocation, 32×32
// per octet, two quads of four side by side. A lane unpacks the weights of four outputs and loads every fourth row of
// x; quad swaps hand round x, a shuffle between the two quads the weights (see matmul.11.octet).
// Written by scripts/shaders/generate.mjs from linear_matmul.octet.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);
const ACTIVATION = 0u; // 0 none, 1 gelu-tanh, 2 silu
const RESIDUAL = false;

@group(0) @binding(2) var<storage, read>       x:    array<vec4f>; // (rows, 2·units)
@group(0) @binding(3) var<storage, read>       bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y:    array<f32>;   // (rows, n)
@group(0) @binding(5) var<uniform>             args: LinearArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn linear_matmul(
  @builtin(workgroup_id) wg: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 8u;
  let across = (args.n + 31u) / 32u;
  let side = lane & 3u;
  let below = (lane >> 2u) & 1u;
  let row0 = (tile / across) * 32u + below * 16u;
  let n0 = (tile % across) * 32u + side * 8u;

  // No early return: every lane must reach the swaps. Rows and columns past the edge read the last one; `put4` drops
  // them.
  let own = row0 + side;
  //% for i in 0..4
  let a${i} = starts(${i === 0 ? 'own' : `own + ${4 * i}u`});
  //% end
  // Of its eight outputs a lane unpacks the weights of four, the near ones; the lane below or above has the far ones.
  let near0 = n0 + 4u * below;
  let far0 = n0 + 4u - 4u * below;
  let end = args.n - 1u;
  let units = args.dots.units;
  //% for i in 0..4
  let m${i} = min(${i === 0 ? 'near0' : `near0 + ${i}u`}, end);
  //% end

  //% for i in 0..16
  var sum${i} = vec4f(0.0);
  var rest${i} = vec4f(0.0);
  //% end
  for (var u = 0u; u < units; u++) {
    //% for i in 0..4
    let raw${i} = raw_at(m${i} * units + u);
    let s${i} = unit_scale(m${i}, u);
    let low${i} = low(raw${i}) * s${i};
    let high${i} = high(raw${i}) * s${i};
    //% end
    for (var half = 0u; half < 2u; half++) {
      let upper = half == 1u;
      //% for i in 0..4
      let w${i} = select(low${i}, high${i}, upper);
      //% end
      //% for i in 0..4
      let w${4 + i} = subgroupShuffleXor(w${i}, 4u);
      //% end
      let p = 2u * u + half;
      //% for i in 0..4
      let x${4 * i} = x[a${i} + p];
      //% end
      //% for c of x y z w
      let near_${c} = vec4f(${list(4, (i) => `w${i}.${c}`)});
      //% end
      //% for c of x y z w
      let far_${c} = vec4f(${list(4, (i) => `w${4 + i}.${c}`)});
      //% end
      //% for row in 0..16
      //% if row % 4 > 0
      let x${row} = ${['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'][row % 4]}(x${row - (row % 4)});
      //% end
      //% for half of near far
      ${half === 'near' ? 'sum' : 'rest'}${row} = ${half === 'near' ? 'sum' : 'rest'}${row} + ${sum(4, (c) => `x${row}.${'xyzw'[c]} * ${half}_${'xyzw'[c]}`)};
      //% end
      //% end
    }
  }

  // Row i of the sums is row i ^ side of the outputs.
  var nears = array<vec4f, 16>(
    ${list(16, (i) => `sum${i}`)},
  );
  var fars = array<vec4f, 16>(
    ${list(8, (i) => `rest${i}`)},
    ${list(8, (i) => `rest${8 + i}`)},
  );
  let near_scale = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let far_scale = subgroupShuffleXor(near_scale, 4u);
  let near_bias = bias4(near0);
  let far_bias = bias4(far0);
  for (var i = 0u; i < outputs(16u); i++) {
    let row = row0 + (i ^ side);
    put4(row, near0, near_scale * nears[i], near_bias);
    put4(row, far0, far_scale * fars[i], far_bias);
  }
}
