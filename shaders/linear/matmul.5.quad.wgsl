// uses: lib/matmul.wgsl
// As matmul.3.registers, for software adapters with subgroups: 16×8 outputs per invocation. The four lanes of a quad work on the same
// rows and 32 columns: each loads the elements of A of every fourth row and quadBroadcast hands them round, so that 12 loads feed 128
// multiply-adds (there a load costs as much as 4 to 10 of them). More outputs, or two columns of k in one round, are slower on
// SwiftShader, whose code for the loop is 28 KB as it stands. Works for any subgroup size, shape, stride and offset.
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
fn matmul(@builtin(workgroup_id) wg: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(subgroup_id) subgroup: u32, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) lanes: u32) {
  let tile = ((wg.x + wg.y * groups.x) * WG + subgroup * lanes + lane) / 4u;
  let across = (args.n + 31u) / 32u;
  let row0 = (tile / across) * 16u;
  let col0 = (tile % across) * 32u + (lane % 4u) * 8u;

  // No early return: every lane of a quad must reach the broadcasts. Rows and columns past the edge read the last one; they are not stored.
  let base_a = args.a_at + wg.z * args.a_batch;
  let last = args.m - 1u;
  let own = row0 + lane % 4u;
  let a0 = base_a + min(own, last) * args.a_row;
  let a1 = base_a + min(own + 4u, last) * args.a_row;
  let a2 = base_a + min(own + 8u, last) * args.a_row;
  let a3 = base_a + min(own + 12u, last) * args.a_row;
  let base_b = args.b_at + wg.z * args.b_batch;
  let row_b = select(args.b_row, 1u, B_KN);
  let end = args.n - 1u;
  let b0 = base_b + min(col0, end) * row_b;
  let b1 = base_b + min(col0 + 1u, end) * row_b;
  let b2 = base_b + min(col0 + 2u, end) * row_b;
  let b3 = base_b + min(col0 + 3u, end) * row_b;
  let b4 = base_b + min(col0 + 4u, end) * row_b;
  let b5 = base_b + min(col0 + 5u, end) * row_b;
  let b6 = base_b + min(col0 + 6u, end) * row_b;
  let b7 = base_b + min(col0 + 7u, end) * row_b;

  var c00 = vec4f(0.0);
  var c01 = vec4f(0.0);
  var c10 = vec4f(0.0);
  var c11 = vec4f(0.0);
  var c20 = vec4f(0.0);
  var c21 = vec4f(0.0);
  var c30 = vec4f(0.0);
  var c31 = vec4f(0.0);
  var c40 = vec4f(0.0);
  var c41 = vec4f(0.0);
  var c50 = vec4f(0.0);
  var c51 = vec4f(0.0);
  var c60 = vec4f(0.0);
  var c61 = vec4f(0.0);
  var c70 = vec4f(0.0);
  var c71 = vec4f(0.0);
  var c80 = vec4f(0.0);
  var c81 = vec4f(0.0);
  var c90 = vec4f(0.0);
  var c91 = vec4f(0.0);
  var ca0 = vec4f(0.0);
  var ca1 = vec4f(0.0);
  var cb0 = vec4f(0.0);
  var cb1 = vec4f(0.0);
  var cc0 = vec4f(0.0);
  var cc1 = vec4f(0.0);
  var cd0 = vec4f(0.0);
  var cd1 = vec4f(0.0);
  var ce0 = vec4f(0.0);
  var ce1 = vec4f(0.0);
  var cf0 = vec4f(0.0);
  var cf1 = vec4f(0.0);
  let step_b = select(1u, args.b_row, B_KN);
  for (var k = 0u; k < args.k; k++) {
    let p = k * step_b;
    let left = vec4f(vec4<Weight>(b[b0 + p], b[b1 + p], b[b2 + p], b[b3 + p]));
    let right = vec4f(vec4<Weight>(b[b4 + p], b[b5 + p], b[b6 + p], b[b7 + p]));
    let own0 = a[a0 + k];
    let own1 = a[a1 + k];
    let own2 = a[a2 + k];
    let own3 = a[a3 + k];
    let x0 = quadBroadcast(own0, 0u);
    c00 += x0 * left;
    c01 += x0 * right;
    let x1 = quadBroadcast(own0, 1u);
    c10 += x1 * left;
    c11 += x1 * right;
    let x2 = quadBroadcast(own0, 2u);
    c20 += x2 * left;
    c21 += x2 * right;
    let x3 = quadBroadcast(own0, 3u);
    c30 += x3 * left;
    c31 += x3 * right;
    let x4 = quadBroadcast(own1, 0u);
    c40 += x4 * left;
    c41 += x4 * right;
    let x5 = quadBroadcast(own1, 1u);
    c50 += x5 * left;
    c51 += x5 * right;
    let x6 = quadBroadcast(own1, 2u);
    c60 += x6 * left;
    c61 += x6 * right;
    let x7 = quadBroadcast(own1, 3u);
    c70 += x7 * left;
    c71 += x7 * right;
    let x8 = quadBroadcast(own2, 0u);
    c80 += x8 * left;
    c81 += x8 * right;
    let x9 = quadBroadcast(own2, 1u);
    c90 += x9 * left;
    c91 += x9 * right;
    let xa = quadBroadcast(own2, 2u);
    ca0 += xa * left;
    ca1 += xa * right;
    let xb = quadBroadcast(own2, 3u);
    cb0 += xb * left;
    cb1 += xb * right;
    let xc = quadBroadcast(own3, 0u);
    cc0 += xc * left;
    cc1 += xc * right;
    let xd = quadBroadcast(own3, 1u);
    cd0 += xd * left;
    cd1 += xd * right;
    let xe = quadBroadcast(own3, 2u);
    ce0 += xe * left;
    ce1 += xe * right;
    let xf = quadBroadcast(own3, 3u);
    cf0 += xf * left;
    cf1 += xf * right;
  }

  var lefts = array<vec4f, 16>(c00, c10, c20, c30, c40, c50, c60, c70, c80, c90, ca0, cb0, cc0, cd0, ce0, cf0);
  var rights = array<vec4f, 16>(c01, c11, c21, c31, c41, c51, c61, c71, c81, c91, ca1, cb1, cc1, cd1, ce1, cf1);
  let bias0 = bias4(col0);
  let bias1 = bias4(col0 + 4u);
  for (var i = 0u; i < outputs(16u); i++) {
    put4(wg.z, row0 + i, col0, lefts[i], bias0);
    put4(wg.z, row0 + i, col0 + 4u, rights[i], bias1);
  }
}
