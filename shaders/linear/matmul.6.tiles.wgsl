// uses: lib/matmul.wgsl
// As matmul.2.tiled with a choice of tiles: TM×TN outputs per workgroup, RM×RN per invocation, BK columns of k staged
// at a time, in f16 where the weights are. Loads and stores of workgroup memory are vec4s: each invocation brings 4×4
// blocks and turns them in registers. Needs k, row strides and first elements in multiples of 4 (and n too when B_KN).
alias Weight = f32;
const B_KN = false;
const ACTIVATION = 0u;
const RESIDUAL = 0u;

// (TM / RM)·(TN / RN) invocations, at most 256; 4·BK·(TM + TN + 8) bytes of workgroup memory, at most 16,384.
const TM = 64u;
const TN = 64u;
const RM = 8u; // 4 or 8: rows 4y … 4y+3, and TM/2 further the same again
const RN = 4u; // 4 or 8: columns 4x … 4x+3, and TN/2 further the same again
const BK = 16u;

@group(0) @binding(0) var<storage, read>       a:    array<vec4f>;
@group(0) @binding(1) var<storage, read>       b:    array<vec4<Weight>>;
@group(0) @binding(2) var<storage, read>       bias: array<f32>;
@group(0) @binding(3) var<storage, read>       gate: array<f32>;
@group(0) @binding(4) var<storage, read_write> c:    array<f32>;
@group(0) @binding(5) var<uniform>             args: MatmulArgs;

const ACROSS = TN / RN;
const WG = (TM / RM) * ACROSS;
// One vec4 more than the tile: halves the bank conflicts of the turned stores.
const SA = TM / 4u + 1u;
const SB = TN / 4u + 1u;
var<workgroup> tile_a: array<vec4f, BK * SA>; // [k][row / 4]
var<workgroup> tile_b: array<vec4<Weight>, BK * SB>;

@compute @workgroup_size(WG)
fn matmul(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) t: u32) {
  let row0 = wg.y * TM;
  let col0 = wg.x * TN;
  let base_a = (args.a_at + wg.z * args.a_batch) / 4u;
  let base_b = (args.b_at + wg.z * args.b_batch) / 4u;
  let row_a = args.a_row / 4u;
  let row_b = args.b_row / 4u;
  let x = t % ACROSS;
  let y = t / ACROSS;
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

  for (var k0 = 0u; k0 < args.k; k0 += BK) {
    // Zero outside the matrices.
    for (var i = t; i < TM * BK / 16u; i += WG) {
      let k = (i % (BK / 4u)) * 4u;
      let r = i / (BK / 4u);
      let row = row0 + 4u * r;
      var v = mat4x4f();
      if (k0 + k < args.k) {
        let p = base_a + row * row_a + (k0 + k) / 4u;
        if (row < args.m) { v[0] = a[p]; }
        if (row + 1u < args.m) { v[1] = a[p + row_a]; }
        if (row + 2u < args.m) { v[2] = a[p + 2u * row_a]; }
        if (row + 3u < args.m) { v[3] = a[p + 3u * row_a]; }
      }
      let turned = transpose(v);
      tile_a[k * SA + r] = turned[0];
      tile_a[(k + 1u) * SA + r] = turned[1];
      tile_a[(k + 2u) * SA + r] = turned[2];
      tile_a[(k + 3u) * SA + r] = turned[3];
    }
    for (var i = t; i < TN * BK / 16u; i += WG) {
      var k = (i % (BK / 4u)) * 4u;
      var r = i / (BK / 4u);
      if (B_KN) {
        k = (i / (TN / 4u)) * 4u;
        r = i % (TN / 4u);
      }
      let col = col0 + 4u * r;
      var v = mat4x4<Weight>();
      if (k0 + k < args.k) {
        if (B_KN) {
          let p = base_b + (k0 + k) * row_b + col / 4u;
          if (col < args.n) { v = mat4x4<Weight>(b[p], b[p + row_b], b[p + 2u * row_b], b[p + 3u * row_b]); }
        } else {
          let p = base_b + col * row_b + (k0 + k) / 4u;
          if (col < args.n) { v[0] = b[p]; }
          if (col + 1u < args.n) { v[1] = b[p + row_b]; }
          if (col + 2u < args.n) { v[2] = b[p + 2u * row_b]; }
          if (col + 3u < args.n) { v[3] = b[p + 3u * row_b]; }
          v = transpose(v);
        }
      }
      tile_b[k * SB + r] = v[0];
      tile_b[(k + 1u) * SB + r] = v[1];
      tile_b[(k + 2u) * SB + r] = v[2];
      tile_b[(k + 3u) * SB + r] = v[3];
    }
    workgroupBarrier();
    for (var k = 0u; k < BK; k++) {
      let up = tile_a[k * SA + y];
      let left = vec4f(tile_b[k * SB + x]);
      c00 += up.x * left;
      c10 += up.y * left;
      c20 += up.z * left;
      c30 += up.w * left;
      if (RN == 8u) {
        let right = vec4f(tile_b[k * SB + TN / 8u + x]);
        c01 += up.x * right;
        c11 += up.y * right;
        c21 += up.z * right;
        c31 += up.w * right;
        if (RM == 8u) {
          let down = tile_a[k * SA + TM / 8u + y];
          c41 += down.x * right;
          c51 += down.y * right;
          c61 += down.z * right;
          c71 += down.w * right;
        }
      }
      if (RM == 8u) {
        let down = tile_a[k * SA + TM / 8u + y];
        c40 += down.x * left;
        c50 += down.y * left;
        c60 += down.z * left;
        c70 += down.w * left;
      }
    }
    workgroupBarrier();
  }

  var lefts = array<vec4f, 8>(c00, c10, c20, c30, c40, c50, c60, c70);
  var rights = array<vec4f, 8>(c01, c11, c21, c31, c41, c51, c61, c71);
  let col = col0 + 4u * x;
  let bias0 = bias4(col);
  let bias1 = bias4(col + TN / 2u);
  for (var i = 0u; i < outputs(RM); i++) {
    let row = row0 + 4u * y + i % 4u + (i / 4u) * (TM / 2u);
    put4(wg.z, row, col, lefts[i], bias0);
    if (RN == 8u) { put4(wg.z, row, col + TN / 2u, rights[i], bias1); }
  }
}
