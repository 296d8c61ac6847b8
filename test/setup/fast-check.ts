/**
 * Property tests draw the same cases every time, so that `npm test` says the same twice; `npm run fuzz` sets
 * TILT_FUZZ_SEED to draw new ones, and more of them where a test does not say how many.
 */
import fc from "fast-check";

const seed = process.env.TILT_FUZZ_SEED;
fc.configureGlobal(seed === undefined ? { seed: 1 } : { seed: Number(seed), numRuns: 2000 });
