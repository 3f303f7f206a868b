// Values of a KV cache kept in float32; vector i of (slots, context, kv_heads, d4).
alias ValueWord = vec4f;
fn value_at(i: u32) -> vec4f { return values[i]; }
