/** The package has types for its entry only, and its entry exports nothing under Node. */
declare module "wgsl_reflect/wgsl_reflect.module.js" {
  export * from "wgsl_reflect";
}
