declare module "*.wgsl" {
  const shader: import("./shader.ts").LinkedShader;
  export default shader;
}
/** A variant: "x.wgsl?if=subgroups&linked". TypeScript allows one `*`, so variants end in a fixed word. */
declare module "*&linked" {
  const shader: import("./shader.ts").LinkedShader;
  export default shader;
}
