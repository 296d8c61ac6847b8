/** Finds every op and every case by looking: adding a file is enough. */
import type { AnyOp } from "../../src/backend/contract.ts";
import type { OpCase } from "./op_case.ts";

/** All cases of test/ops/cases. */
export function allCases(): OpCase[] {
  const modules = import.meta.glob<{ default: OpCase[] }>("./cases/*.ts", { eager: true });
  return Object.values(modules).flatMap((module) => module.default);
}

/** Every op that src/ops and the objective's registry of kernels export. */
export function allOps(): AnyOp[] {
  const modules = import.meta.glob<Record<string, unknown>>(
    ["../../src/ops/**/*.ts", "../../src/objective/kernels/*.ts"],
    { eager: true },
  );
  const ops = new Map<string, AnyOp>();
  for (const exported of Object.values(modules).flatMap((module) => Object.values(module))) {
    for (const candidate of Array.isArray(exported) ? exported : [exported]) {
      if (isOp(candidate)) ops.set(candidate.name, candidate);
    }
  }
  return [...ops.values()];
}

function isOp(value: unknown): value is AnyOp {
  return (
    typeof value === "object" && value !== null && "shader" in value && "cpu" in value && "buffers" in value
  );
}
