// Scalar functions that keep their digits in f32 and stay finite at the extremes: every exponential has a
// non-positive argument, and no logarithm is taken near 1 with the builtin (whose error there is absolute, 2^-21).

/** log(1 + y) for y in [-1/2, 1], by 2 atanh(y / (2 + y)): s = y/(2+y) is at most 1/3. */
fn log1pSmall(y: f32) -> f32 {
  let s = y / (2.0 + y);
  let t = s * s;
  var sum = 1.0 / 15.0;
  sum = fma(sum, t, 1.0 / 13.0);
  sum = fma(sum, t, 1.0 / 11.0);
  sum = fma(sum, t, 1.0 / 9.0);
  sum = fma(sum, t, 1.0 / 7.0);
  sum = fma(sum, t, 0.2);
  sum = fma(sum, t, 1.0 / 3.0);
  // 2s + 2s t (1/3 + ...): the small part is added last.
  return fma(2.0 * s * t, sum, 2.0 * s);
}

/** log x for x > 0: exponent and mantissa apart, so that log 1 is exactly 0 and its neighbours keep their digits. */
fn preciseLog(x: f32) -> f32 {
  let parts = frexp(x);
  var mantissa = parts.fract;
  var exponent = f32(parts.exp);
  if (mantissa < 0.70710678) {
    mantissa = 2.0 * mantissa;
    exponent -= 1.0;
  }
  // log 2 in two parts: the first has few enough bits for its product with an exponent to be exact.
  return fma(exponent, 0.693145752, fma(exponent, 1.42860677e-6, log1pSmall(mantissa - 1.0)));
}

/** log(1 + y) for y > -1. */
fn log1p(y: f32) -> f32 {
  if (y >= -0.5 && y <= 1.0) { return log1pSmall(y); }
  return preciseLog(1.0 + y);
}

/** exp(x) - 1. */
fn expm1(x: f32) -> f32 {
  if (abs(x) > 0.5) { return exp(x) - 1.0; }
  var sum = 1.0 + x / 9.0;
  sum = fma(sum, x / 8.0, 1.0);
  sum = fma(sum, x / 7.0, 1.0);
  sum = fma(sum, x / 6.0, 1.0);
  sum = fma(sum, x / 5.0, 1.0);
  sum = fma(sum, x / 4.0, 1.0);
  sum = fma(sum, x / 3.0, 1.0);
  sum = fma(sum, x / 2.0, 1.0);
  return x * sum;
}

/** log(1 / (1 + exp(-x))). */
fn logSigmoid(x: f32) -> f32 {
  return min(x, 0.0) - log1pSmall(exp(-abs(x)));
}

/** 1 / (1 + exp(-x)). */
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

/** log(1 - exp(x)) for x < 0. The two branches meet at -log 2. */
fn log1mexp(x: f32) -> f32 {
  if (x > -0.69314718) { return preciseLog(-expm1(x)); }
  return log1pSmall(-exp(x));
}
