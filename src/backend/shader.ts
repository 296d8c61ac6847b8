/** A shader as the bundler delivers it: linked WGSL and where each of its lines came from. */
export interface LinkedShader {
  /** Path of the root file, e.g. "shaders/rmsnorm_forward.wgsl". */
  readonly file: string;
  /** Plain WGSL, ready for createShaderModule. */
  readonly code: string;
  /** `origins[i]` is "file:line" of line i + 1 of `code`. */
  readonly origins: readonly string[];
}
