/** How axe is run: for what is wrong alone, so that it writes no report on everything that is right. */
import type { RunOptions } from "axe-core";

export const AXE: RunOptions = { resultTypes: ["violations"], preload: false };
