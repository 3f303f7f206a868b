// Functions of one number, or of four side by side: the including file says what a Number is, f32 or vec4f. Finite for
// any finite argument.
const SILU = 1u;
const RELU = 2u;
const GELU = 3u; // its tanh form
const GELU_ERF = 4u;
const QUICK_GELU = 5u;
const CLAMP = 6u; // most·tanh(v / most)
const SCALE = 7u; // most·v

fn logistic(v: Number) -> Number {
  let e = exp(-abs(v));
  return select(Number(1.0), e, v < Number(0.0)) / (1.0 + e);
}

// Φ(v) = (1 + erf(v/√2))/2, with erf(z) = z·P(z²) below 1 and 1 − e^(−z²)·t·Q(t), t = 1/(1 + z/2), above. P and Q are
// fitted for the least largest error of erf: 6e-10 and 1.3e-9 before rounding.
fn normal_below(v: Number) -> Number {
  let z = abs(v) * 0.70710678;
  let u = z * z;
  let near = 0.5 * z * (1.1283791 + u * (-0.37612605 + u * (0.1128343 + u * (-0.026848592
    + u * (0.00517975 + u * (-0.0007942359 + u * 0.00007647127))))));
  let t = 1.0 / (1.0 + 0.5 * z);
  let far = 0.5 * exp(-u) * t * (0.27549174 + t * (0.34227124 + t * (0.029364526 + t * (0.55623430 - t * 0.20330124))));
  let below = v < Number(0.0);
  return select(select(1.0 - far, far, below), select(0.5 + near, 0.5 - near, below), z < Number(1.0));
}

fn activated(which: u32, v: Number, most: f32) -> Number {
  switch which {
    case SILU: { return v * logistic(v); }
    case RELU: { return select(v, Number(0.0), v < Number(0.0)); } // what is no number stays so
    case GELU: { return v * logistic(1.5957691216 * (v + 0.044715 * v * v * v)); }
    case GELU_ERF: { return v * normal_below(v); }
    case QUICK_GELU: { return v * logistic(1.702 * v); }
    case CLAMP: { return most * tanh_of(v / most); }
    case SCALE: { return most * v; }
    default: { return v; }
  }
}
