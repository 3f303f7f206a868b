// Scores of attention kept between ±args.cap: cap·tanh(score / cap) (Gemma Team 2024, https://arxiv.org/abs/2408.00118,
// section 2). Four at a time, or one.
alias Number = vec4f;
fn soft_cap(s: vec4f) -> vec4f { return args.cap * tanh_of(s / args.cap); }
fn soft_cap_one(s: f32) -> f32 { return soft_cap(vec4f(s)).x; }
