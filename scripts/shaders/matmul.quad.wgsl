// uses: lib/matmul.wgsl
// As matmul.3.registers, for software adapters with subgroups: 12×8 outputs per invocation, 24×16 per quad, which is
// 2×2 of them. A lane loads every second row of A and every second column of B, for two columns of k, and swaps them
// with the lanes beside and below it: 20 loads feed 192 multiply-adds. What SwiftShader spends is code: the loop must
// stay below the 32 KB of an instruction cache (more outputs or columns of k halve its speed), a sum is carried to the
// next round in nine instructions (hence two columns of k a round), and scalars take fewer copies than vectors. Works
// for any subgroup size, shape, stride and offset.
// Written by scripts/shaders/generate.mjs from matmul.quad.wgsl there: change that.
enable subgroups;
diagnostic(off, subgroup_uniformity);
alias Weight = f32;
const B_KN = false;
const ACTIVATION = 0u;
const RESIDUAL = 0u;

@group(0) @binding(0) var<storage, read>       a:    array<f32>;
@group(0) @binding(1) var<storage, read>       b:    array<Weight>;
@group(0) @binding(2) var<storage, read>       bias: array<f32>;
@group(0) @binding(3) var<storage, read>       gate: array<f32>;
@group(0) @binding(4) var<storage, read_write> c:    array<f32>;
@group(0) @binding(5) var<uniform>             args: MatmulArgs;

const WG = 32u;

@compute @workgroup_size(WG)
fn matmul(
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
  let row0 = (tile / across) * 24u + below * 12u;
  let col0 = (tile % across) * 16u + side * 8u;

  // No early return: every lane of a quad must reach the swaps. Rows and columns past the edge read the last one; they
  // are not stored.
  let base_a = args.a_at + wg.z * args.a_batch;
  let last = args.m - 1u;
  let own_row = row0 + side;
  //% for i in 0..6
  let a${i} = base_a + min(${i === 0 ? 'own_row' : `own_row + ${2 * i}u`}, last) * args.a_row;
  //% end
  let base_b = args.b_at + wg.z * args.b_batch;
  let row_b = select(args.b_row, 1u, B_KN);
  let step_b = select(1u, args.b_row, B_KN);
  let end = args.n - 1u;
  let own_col = col0 + below;
  //% for i in 0..4
  let b${i} = base_b + min(${i === 0 ? 'own_col' : `own_col + ${2 * i}u`}, end) * row_b;
  //% end

  // Row i of the sums is row i ^ side of the outputs, column j is column j ^ below.
  var sums = array<f32, 96>();
  for (var k = 0u; k < args.k; k += 2u) {
    let next = min(k + 1u, args.k - 1u);
    let weight = f32(next - k); // 0 after the last column of an odd k
    let p = k * step_b;
    let q = next * step_b;
    //% for i in 0..4
    let w${2 * i} = f32(b[b${i} + p]);
    let w${2 * i + 1} = quadSwapY(w${2 * i});
    let v${2 * i} = f32(b[b${i} + q]);
    let v${2 * i + 1} = quadSwapY(v${2 * i});
    //% end
    //% for i in 0..6
    let x${2 * i} = a[a${i} + k];
    let y${2 * i} = weight * a[a${i} + next];
    //% end
    //% for row in 0..12
    //% if row % 2 === 1
    let x${row} = quadSwapX(x${row - 1});
    let y${row} = quadSwapX(y${row - 1});
    //% end
    //% for col in 0..8
    sums[${8 * row + col}] = sums[${8 * row + col}] + x${row} * w${col} + y${row} * v${col};
    //% end
    //% end
  }

  var lefts = array<vec4f, 12>(
    //% for row in 0..12
    vec4f(${list(4, (i) => `sums[${8 * row + i}]`)}),
    //% end
  );
  var rights = array<vec4f, 12>(
    //% for row in 0..12
    vec4f(${list(4, (i) => `sums[${8 * row + 4 + i}]`)}),
    //% end
  );
  let bias0 = bias4(col0);
  let bias1 = bias4(col0 + 4u);
  for (var i = 0u; i < outputs(12u); i++) {
    let row = row0 + (i ^ side);
    put4(wg.z, row, col0, select(lefts[i], lefts[i].yxwz, below == 1u), bias0);
    put4(wg.z, row, col0 + 4u, select(rights[i], rights[i].yxwz, below == 1u), bias1);
  }
}
