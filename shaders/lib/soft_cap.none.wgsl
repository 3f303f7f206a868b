// Scores of attention as they are, where a model does not cap them.
fn soft_cap(s: vec4f) -> vec4f { return s; }
fn soft_cap_one(s: f32) -> f32 { return s; }
