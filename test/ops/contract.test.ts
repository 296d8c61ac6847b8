/** Every op's contract says what its shader says: bindings, types, access, parameter layout, workgroup size. */
import { describe, expect, it } from "vitest";
import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { allCases, allOps } from "./all.ts";

const ACCESS: Record<string, string> = { read: "read", read_write: "read_write", write: "read_write" };

describe.each(allOps().map((op) => ({ name: op.name, op })))("$name", ({ op }) => {
  it("has at least one case in test/ops/cases", () => {
    expect(allCases().some((testCase) => testCase.op.name === op.name)).toBe(true);
  });

  const kernels = [op, ...(op.variants ?? [])];
  it.each(kernels.map((kernel, index) => ({ index, kernel })))(
    "matches its shader (kernel $index)",
    ({ kernel }) => {
      const reflection = new WgslReflect(kernel.shader.code);

      const uniforms = reflection.uniforms.map((u) => ({ group: u.group, binding: u.binding, name: u.name }));
      expect(uniforms, "exactly one uniform: params at binding 0").toEqual([
        { group: 0, binding: 0, name: "params" },
      ]);
      const members = reflection.uniforms[0]!.members!.map((m) => ({
        name: m.name,
        type: m.type.name,
        offset: m.offset,
      }));
      expect(members).toEqual(
        Object.entries(op.params).map(([name, type], i) => ({ name, type, offset: 4 * i })),
      );

      const storage = reflection.storage.map((s) => ({
        group: s.group,
        binding: s.binding,
        name: s.name,
        type: scalarOf(s.format?.name ?? s.type.name),
        access: ACCESS[s.access] ?? s.access,
      }));
      expect(storage.sort((a, b) => a.binding - b.binding)).toEqual(
        Object.entries(op.buffers).map(([name, buffer], i) => ({
          group: 0,
          binding: i + 1,
          name,
          type: buffer.type,
          access: buffer.access,
        })),
      );

      const entries = reflection.entry.compute.map((entry) => entry.name);
      expect(entries).toEqual(["main"]);
      expect(workgroupSizeOf(kernel.shader.code, kernel.overrides ?? {})).toEqual([...kernel.workgroupSize]);
    },
  );
});

/** The element a storage array is made of: array<vec4f> is bound as f32s. */
function scalarOf(format: string): string {
  if (/^(vec[234]f|vec[234]<f32>|vec[234]|f32)$/.test(format)) return "f32";
  if (/^vec[234]u$/.test(format)) return "u32";
  if (/^vec[234]i$/.test(format)) return "i32";
  return format;
}

/** Reads @workgroup_size(...), with override constants resolved. */
function workgroupSizeOf(code: string, overrides: Readonly<Record<string, number>>): number[] {
  const found = /@workgroup_size\(([^)]*)\)/.exec(code);
  const sizes = (found?.[1] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const literal = /^(\d+)u?$/.exec(part);
      if (literal) return Number(literal[1]);
      if (part in overrides) return overrides[part]!;
      const constant = new RegExp(`(?:const|override)\\s+${part}\\s*(?::\\s*u32)?\\s*=\\s*(\\d+)u?`).exec(
        code,
      );
      return Number(constant?.[1]);
    });
  return [sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1];
}
