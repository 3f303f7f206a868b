// uses: lib/causal.wgsl lib/soft_cap.none.wgsl lib/keys.f32.wgsl lib/values.f32.wgsl
//% if KEYS == 8
// As attention_prefill.3.registers with eight queries per invocation instead of four: fewer loads, more registers. Rows
// in any order.
//% else
// As attention_prefill.4.blocks with sixteen keys at a time: a third fewer loads, three times the compilation.
//% end
// Written by scripts/shaders/generate.mjs from attention_prefill.blocks.wgsl there: change that.
const WG = 4u;

fn four(at: vec4u, d: u32) -> mat4x4f { return mat4x4f(q[at.x + d], q[at.y + d], q[at.z + d], q[at.w + d]); }

@compute @workgroup_size(WG)
fn attention_prefill(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * WG;
  let group = args.heads / args.kv_heads;
  let queries = args.rows * group;
  if (i >= (queries + 7u) / 8u * args.kv_heads) { return; }
  let kv_head = i % args.kv_heads;
  let first = i / args.kv_heads * 8u;
  let stride = args.kv_heads * args.d4;
  let none = vec4f(-3.4e38);

  // Queries past the last are that one again; they add nothing to it.
  let n_a = vec4u(first) + vec4u(0u, 1u, 2u, 3u);
  let n_b = n_a + 4u;
  let r_a = min(n_a, vec4u(queries - 1u)) / group;
  let r_b = min(n_b, vec4u(queries - 1u)) / group;
  let head_a = vec4u(kv_head * group) + min(n_a, vec4u(queries - 1u)) % group;
  let head_b = vec4u(kv_head * group) + min(n_b, vec4u(queries - 1u)) % group;
  let q_a = vec4u(args.q_at) + r_a * args.q_row + head_a * args.d4;
  let q_b = vec4u(args.q_at) + r_b * args.q_row + head_b * args.d4;
  let y_a = (r_a * args.heads + head_a) * args.d4;
  let y_b = (r_b * args.heads + head_b) * args.d4;
  let slot_a = slots_of(r_a);
  let slot_b = slots_of(r_b);
  let last_a = positions_of(r_a);
  let last_b = positions_of(r_b);
  let from_a = first_seen(last_a);
  let from_b = first_seen(last_b);
  for (var d = 0u; d < args.d4; d++) {
    //% for q of a b
    //% for c of x y z w
    y[y_${q}.${c} + d] = vec4f(0.0);
    //% end
    //% end
  }
  var m_a = none;
  var m_b = none;
  var z_a = vec4f(0.0);
  var z_b = vec4f(0.0);
  // One turn per slot among the eight: nearly always one.
  for (var lead = first; lead < min(first + 8u, queries); lead++) {
    let turn = rows[lead / group].y;
    var before = false;
    for (var n = first; n < lead; n++) { before = before || rows[n / group].y == turn; }
    if (before) { continue; }
    let live_a = (slot_a == vec4u(turn)) & (n_a < vec4u(queries));
    let live_b = (slot_b == vec4u(turn)) & (n_b < vec4u(queries));
    let low = least(select(vec4u(0xffffffffu), from_a, live_a), select(vec4u(0xffffffffu), from_b, live_b));
    let end = most(select(vec4u(0u), last_a, live_a), select(vec4u(0u), last_b, live_b));
    let cache = turn * args.context * stride + kv_head * args.d4;
    for (var j = low; j <= end; j += ${KEYS}u) {
      // Keys past the last one are that one again, and count nothing.
      //% for i in 0..KEYS
      let p${i} = cache + min(j + ${i}u, end) * stride;
      //% end
      //% for q of a b
      //% for i in 0..KEYS step 2
      var ${q}${i} = vec4f(0.0); var ${q}${i + 1} = vec4f(0.0);
      //% end
      //% end
      for (var d = 0u; d < args.d4; d++) {
        let a = four(q_a, d);
        let b = four(q_b, d);
        //% for i in 0..KEYS
        let k${i} = key_at(p${i} + d);
        a${i} += k${i} * a; b${i} += k${i} * b;
        //% end
      }
      //% for q of a b
      //% for i in 0..KEYS
      let ok_${q}${i} = live_${q} & (vec4u(j + ${i}u) >= from_${q}) & (vec4u(j + ${i}u) <= last_${q});
      ${q}${i} = select(none, soft_cap(args.scale * ${q}${i}), ok_${q}${i});
      //% end
      let top_${q} = max(
        m_${q},
        max(
          ${pairs(KEYS / 2, (i) => `${q}${i}`, (x, y) => `max(${x}, ${y})`)},
          ${pairs(KEYS / 2, (i) => `${q}${KEYS / 2 + i}`, (x, y) => `max(${x}, ${y})`)},
        ),
      );
      let shrink_${q} = exp(m_${q} - top_${q});
      m_${q} = top_${q};
      //% for i in 0..KEYS
      ${q}${i} = select(vec4f(0.0), exp(${q}${i} - top_${q}), ok_${q}${i});
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
        let v${i} = mat4x4f(${list(4, (n) => `value_at(p${4 * i + n} + d)`)});
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
  }
  let w_a = select(vec4f(1.0), 1.0 / z_a, n_a < vec4u(queries));
  let w_b = select(vec4f(1.0), 1.0 / z_b, n_b < vec4u(queries));
  for (var d = 0u; d < args.d4; d++) {
    //% for q of a b
    //% for c of x y z w
    y[y_${q}.${c} + d] *= w_${q}.${c};
    //% end
    //% end
  }
}
