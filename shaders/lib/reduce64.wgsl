// Reductions over the 64 invocations of a workgroup, in a fixed order. Every invocation must call, and all get the
// same, uniform, result. Values beyond one per invocation are first folded by stride 64, in order, by the caller.

var<workgroup> slots: array<f32, 64>;
var<workgroup> owners: array<u32, 64>;

fn sum64(value: f32, local: u32) -> f32 {
  slots[local] = value;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half = half / 2u) {
    if (local < half) { slots[local] += slots[local + half]; }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&slots[0]);
}

fn max64(value: f32, local: u32) -> f32 {
  slots[local] = value;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half = half / 2u) {
    if (local < half) { slots[local] = max(slots[local], slots[local + half]); }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&slots[0]);
}

/** The owner of the largest value; the smallest owner on ties. */
fn argmax64(value: f32, owner: u32, local: u32) -> u32 {
  slots[local] = value;
  owners[local] = owner;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half = half / 2u) {
    if (local < half) {
      let other = local + half;
      if (slots[other] > slots[local] || (slots[other] == slots[local] && owners[other] < owners[local])) {
        slots[local] = slots[other];
        owners[local] = owners[other];
      }
    }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&owners[0]);
}
