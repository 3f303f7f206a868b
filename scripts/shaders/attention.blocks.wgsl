//% if KEYS == 8
// As attention.1.naive, for software adapters and any head dimension: eight queries per invocation against eight keys
// at a time, as small matrix products, so that a vector is read once for many multiplications. y holds the running sums
// (online softmax); no workgroup memory, and the loop over the head's vectors stays a loop, so that it compiles in half
// a second.
//% else
// As attention.4.blocks with sixteen keys at a time: a third fewer loads, three times the compilation. The quickest
// where a load costs more than anything, as on SwiftShader.
//% end
// Written by scripts/shaders/generate.mjs from attention.blocks.wgsl there: change that.
struct Args { batch: u32, tokens: u32, heads: u32, scale: f32, d4: u32 } // d4: head dimension / 4

@group(0) @binding(0) var<storage, read>       qkv:  array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y:    array<vec4f>;
@group(0) @binding(2) var<uniform>             args: Args;

const WG = 4u;

fn four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(qkv[at.x + d], qkv[at.y + d], qkv[at.z + d], qkv[at.w + d]); }

@compute @workgroup_size(WG)
fn attention(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let blocks = (args.tokens + 7u) / 8u;
  if (i >= args.batch * args.heads * blocks) { return; }
  let first = (i % blocks) * 8u;
  let head = (i / blocks) % args.heads;
  let sample = i / (blocks * args.heads);
  let width = args.heads * args.d4;
  let row = 3u * width;
  let queries = sample * args.tokens * row + head * args.d4;
  let keys = queries + width;
  let end = args.tokens - 1u;

  // Queries past the last are that one again; they add nothing to it.
  let n_a = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let n_b = n_a + 4u;
  let live_a = n_a <= vec4u(end);
  let live_b = n_b <= vec4u(end);
  let t_a = min(n_a, vec4u(end));
  let t_b = min(n_b, vec4u(end));
  let q_a = queries + t_a * row;
  let q_b = queries + t_b * row;
  let y_a = (sample * args.tokens + t_a) * width + head * args.d4;
  let y_b = (sample * args.tokens + t_b) * width + head * args.d4;
  for (var d = 0u; d < args.d4; d++) {
    //% for q of a b
    //% for c of x y z w
    y[y_${q}.${c} + d] = vec4f(0.0);
    //% end
    //% end
  }
  var m_a = vec4f(-3.4e38);
  var m_b = vec4f(-3.4e38);
  var z_a = vec4f(0.0);
  var z_b = vec4f(0.0);
  for (var j = 0u; j < args.tokens; j += ${KEYS}u) {
    // Keys past the last one are that one again, and count nothing.
    //% for i in 0..KEYS
    let p${i} = keys + min(j + ${i}u, end) * row;
    //% end
    //% for q of a b
    //% for i in 0..KEYS
    var ${q}${i} = vec4f(0.0);
    //% end
    //% end
    for (var d = 0u; d < args.d4; d++) {
      let a = four(q_a, d);
      let b = four(q_b, d);
      //% for i in 0..KEYS
      let k${i} = qkv[p${i} + d];
      a${i} += k${i} * a;
      b${i} += k${i} * b;
      //% end
    }
    //% for q of a b
    let top_${q} = max(
      m_${q},
      args.scale * max(
        ${pairs(KEYS / 2, (i) => `${q}${i}`, (x, y) => `max(${x}, ${y})`)},
        ${pairs(KEYS / 2, (i) => `${q}${KEYS / 2 + i}`, (x, y) => `max(${x}, ${y})`)},
      ),
    );
    let shrink_${q} = select(vec4f(1.0), exp(m_${q} - top_${q}), live_${q});
    m_${q} = top_${q};
    //% for i in 0..KEYS
    ${q}${i} = select(vec4f(0.0), exp(args.scale * ${q}${i} - top_${q}), live_${q} & vec4<bool>(j + ${i}u <= end));
    //% end
    z_${q} = z_${q} * shrink_${q} + (
      ${pairs(KEYS / 2, (i) => `${q}${i}`, (x, y) => `(${x} + ${y})`)}
      + ${pairs(KEYS / 2, (i) => `${q}${KEYS / 2 + i}`, (x, y) => `(${x} + ${y})`)}
    );
    // A column per query, a row per key.
    //% for i in 0..KEYS / 4
    let e_${q}${i} = transpose(mat4x4f(${list(4, (n) => `${q}${4 * i + n}`)}));
    //% end
    //% end
    for (var d = 0u; d < args.d4; d++) {
      //% for i in 0..KEYS / 4
      let v${i} = mat4x4f(${list(4, (n) => `qkv[p${4 * i + n} + width + d]`)});
      //% end
      //% for q of a b
      let sum_${q} = ${sum(KEYS / 4, (i) => `v${i} * e_${q}${i}`)};
      //% end
      //% for q of a b
      //% for i in 0..4
      //% let at = `y[y_${q}.${'xyzw'[i]} + d]`
      ${at} = ${at} * shrink_${q}.${'xyzw'[i]} + sum_${q}[${i}];
      //% end
      //% end
    }
  }
  let r_a = select(vec4f(1.0), 1.0 / z_a, live_a);
  let r_b = select(vec4f(1.0), 1.0 / z_b, live_b);
  for (var d = 0u; d < args.d4; d++) {
    //% for q of a b
    //% for c of x y z w
    y[y_${q}.${c} + d] *= r_${q}.${c};
    //% end
    //% end
  }
}
