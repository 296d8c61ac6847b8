declare module "virtual:goldens" {
  /** Where the files came from. */
  export const folder: string;
  export const files: readonly import("../goldens/case.ts").GoldenFile[];
}
