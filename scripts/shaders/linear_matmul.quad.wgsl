// uses: lib/weights.f16.wgsl lib/rows.1.wgsl lib/linear.wgsl lib/activations.wgsl
// As linear_matmul.3.registers, for software adapters with subgroups: 8 rows × 8 outputs per invocation, 16×16 per
// quad, which is 2×2 of them. A lane unpacks the weights of four outputs and loads every second row of x, and swaps
// them with the lanes below and beside it. Half a unit a round: the loop's code has to stay small (see matmul.5.quad).
// Works for any subgroup size.
// Written by scripts/shaders/generate.mjs from linear_matmul.quad.wgsl there: change that.
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
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 4u;
  let across = (args.n + 15u) / 16u;
  let side = lane & 1u;
  let below = (lane >> 1u) & 1u;
  let row0 = (tile / across) * 16u + below * 8u;
  let n0 = (tile % across) * 16u + side * 8u;

  // No early return: every lane must reach the swaps. Rows and columns past the edge read the last one; `put4` drops
  // them.
  let own = row0 + side;
  //% for i in 0..4
  let a${i} = starts(${i === 0 ? 'own' : `own + ${2 * i}u`});
  //% end
  // Of its eight outputs a lane unpacks the weights of four, the near ones; the lane below or above has the far ones.
  let near0 = n0 + 4u * below;
  let far0 = n0 + 4u - 4u * below;
  let end = args.n - 1u;
  let units = args.dots.units;
  //% for i in 0..4
  let m${i} = min(${i === 0 ? 'near0' : `near0 + ${i}u`}, end);
  //% end

  var sums = array<f32, 64>();
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
      let w${4 + i} = quadSwapY(w${i});
      //% end
      let p = 2u * u + half;
      //% for i in 0..4
      let x${2 * i} = x[a${i} + p];
      //% end
      //% for row in 0..8
      //% if row % 2 === 1
      let x${row} = quadSwapX(x${row - 1});
      //% end
      //% for col in 0..8
      sums[${8 * row + col}] = sums[${8 * row + col}] + ${sum(4, (c) => `x${row}.${'xyzw'[c]} * w${col}.${'xyzw'[c]}`)};
      //% end
      //% end
    }
  }

  // Row i of the sums is row i ^ side of the outputs.
  var nears = array<vec4f, 8>(
    //% for row in 0..8
    vec4f(${list(4, (i) => `sums[${8 * row + i}]`)}),
    //% end
  );
  var fars = array<vec4f, 8>(
    //% for row in 0..8
    vec4f(${list(4, (i) => `sums[${8 * row + 4 + i}]`)}),
    //% end
  );
  let near_scale = vec4f(row_scale(m0), row_scale(m1), row_scale(m2), row_scale(m3));
  let far_scale = quadSwapY(near_scale);
  let near_bias = bias4(near0);
  let far_bias = bias4(far0);
  for (var i = 0u; i < outputs(8u); i++) {
    let row = row0 + (i ^ side);
    put4(row, near0, near_scale * nears[i], near_bias);
    put4(row, far0, far_scale * fars[i], far_bias);
  }
}
