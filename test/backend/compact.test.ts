import { expect, test } from "vitest";
import { compactShader, unpackOrigins } from "../../src/backend/webgpu/compact.ts";

const at = (path: string, ...lines: number[]): string[] =>
  lines.map((line) => `shaders/${path}.wgsl:${line}`);

test("comments and empty lines go, and every line left keeps its origin", () => {
  const code = "// a formula\n\nfn f() { // why\n  return;\n}\n   \nfn g() {}\nfn h() {}";
  const origins = [...at("a", 1, 2, 3, 4, 5, 6), ...at("lib/b", 9, 4)];
  const compact = compactShader({ file: "shaders/a.wgsl", code, origins });
  expect(compact.code).toBe("fn f() {\n  return;\n}\nfn g() {}\nfn h() {}");
  expect(compact.origins).toBe("shaders/a.wgsl:3-5 shaders/lib/b.wgsl:9 4");
  expect(unpackOrigins(compact.origins)).toEqual([...at("a", 3, 4, 5), ...at("lib/b", 9, 4)]);
});

test("a file with block comments keeps its comments", () => {
  const code = "/* one // two */\nfn f() {}";
  expect(compactShader({ file: "a", code, origins: at("a", 1, 2) }).code).toBe(code);
});
