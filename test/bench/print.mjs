/** Tables of the benchmark, for a terminal. */

const ms = (value) => (value === undefined ? "" : value < 10 ? value.toFixed(2) : value.toFixed(1));

function table(head, rows) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => String(row[i]).length)));
  const line = (cells) =>
    cells
      .map((cell, i) => String(cell).padEnd(widths[i]))
      .join("  ")
      .trimEnd();
  console.log([line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n"));
}

const isPeer = (entry) =>
  entry !== "tilt" && entry !== "raw" && entry !== "torch" && !entry.endsWith("-wasm");

/** Prints and returns, per workload: Tilt's median, the best WebGPU peer's, their ratio, and raw WGSL's. */
export function printTable(rows, workloads) {
  const result = {};
  for (const workload of workloads) {
    const timed = rows.filter((row) => row.workload === workload && row.medianMs !== undefined);
    const tilt = timed.find(({ entry }) => entry === "tilt");
    if (!tilt) continue;
    const peer = timed.filter(({ entry }) => isPeer(entry)).sort((a, b) => a.medianMs - b.medianMs)[0];
    const raw = timed.find(({ entry }) => entry === "raw");
    result[workload] = {
      tiltMs: tilt.medianMs,
      tiltCpuMs: tilt.cpuMs,
      losses: tilt.losses,
      ...(tilt.perStep && { perStep: tilt.perStep }),
      ...(peer && {
        peer: peer.entry,
        peerMs: peer.medianMs,
        ratio: peer.medianMs / tilt.medianMs,
        ...(peer.cpuMs && { peerCpuMs: peer.cpuMs, cpuRatio: peer.cpuMs / tilt.cpuMs }),
        peerLosses: peer.losses,
      }),
      ...(raw && { rawMs: raw.medianMs, rawRatio: raw.medianMs / tilt.medianMs }),
      ...(raw?.cpuMs && { rawCpuMs: raw.cpuMs, rawCpuRatio: raw.cpuMs / tilt.cpuMs }),
    };
  }
  console.log(
    "\nTraining workloads, median ms of the clock and of the GPU process's CPU; ratio = best WebGPU peer / Tilt",
  );
  table(
    ["workload", "Tilt", "best peer", "", "ratio", "CPU: Tilt", "peer", "ratio", "raw WGSL / Tilt", "CPU"],
    Object.entries(result).map(([name, row]) => [
      name,
      ms(row.tiltMs),
      ms(row.peerMs),
      row.peer ?? "",
      row.ratio?.toFixed(2) ?? "",
      ms(row.tiltCpuMs),
      ms(row.peerCpuMs),
      row.cpuRatio?.toFixed(2) ?? "",
      row.rawRatio?.toFixed(2) ?? "",
      row.rawCpuRatio?.toFixed(2) ?? "",
    ]),
  );
  return result;
}

export function printTilings(rows, peak) {
  console.log(
    `\nMatrix products, median ms; ratio = best raw tiling / Tilt; registers alone reach ${peak.toFixed(0)} GFLOP/s`,
  );
  table(
    [
      "product",
      "form",
      "m x n x k",
      "Tilt",
      "GFLOP/s",
      "of peak",
      "kernel",
      "best raw",
      "ratio",
      "raw tiling",
    ],
    rows.map(({ product, form, shape: { m, n, k }, tiltMs, choice, rawMs, ratio, rawName }) => [
      product,
      form,
      `${m} x ${n} x ${k}`,
      ms(tiltMs),
      ((2 * m * n * k) / tiltMs / 1e6).toFixed(2),
      `${((2 * m * n * k) / tiltMs / 1e4 / peak).toFixed(1)} %`,
      choice,
      ms(rawMs),
      ratio?.toFixed(2) ?? "",
      rawName ?? "",
    ]),
  );
}

export function printSteps(rows) {
  console.log("\nTraining steps, median ms");
  table(
    ["workload", "step", "min", "CPU", "encode", "cold start", "CPU", "compile", "dispatches", "losses"],
    rows.map((row) => [
      row.workload,
      ms(row.medianMs),
      ms(row.minMs),
      ms(row.cpuMs),
      ms(row.encodeMs),
      ms(row.coldMs),
      ms(row.coldCpuMs),
      ms(row.compileMs),
      row.dispatches,
      row.losses.map((loss) => loss.toFixed(4)).join(" "),
    ]),
  );
  const named = (name) => rows.find(({ workload }) => workload === name);
  const shared = named("dpo shared");
  for (const other of ["dpo apart", "dpo padded"].map(named)) {
    if (!shared || !other) continue;
    const times = (of) => (of(other) / of(shared)).toFixed(2);
    console.log(
      `${other.workload} / dpo shared: ${times((row) => row.medianMs)} by the clock, ${times((row) => row.cpuMs)} of CPU`,
    );
  }
}

/** One line per op, kernel and shape, as src/backend/op_times.ts adds them up. */
export function printProfile(model, rows) {
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const dispatches = rows.reduce((sum, { count }) => sum + count, 0);
  console.log(`\nOne training step of ${model}: ${ms(total)} ms in ${dispatches} dispatches`);
  table(
    ["op", "kernel", "count", "ms", "share", "shape"],
    rows.map(({ op, kernel, count, milliseconds, share, shape }) => [
      op,
      kernel,
      count,
      ms(milliseconds),
      `${(100 * share).toFixed(1)} %`,
      shape,
    ]),
  );
}

export function printCompile(model, rows) {
  console.log(
    `\nCompiling the kernels of ${model}, one at a time: ${ms(rows.reduce((sum, row) => sum + row.ms, 0))} ms`,
  );
  table(
    ["op", "kernel", "ms"],
    rows.map(({ op, kernel, ms: cost }) => [op, kernel, ms(cost)]),
  );
}
