// Keys of a KV cache kept in float32; vector i of (slots, context, kv_heads, d4).
alias KeyWord = vec4f;
fn key_at(i: u32) -> vec4f { return keys[i]; }
