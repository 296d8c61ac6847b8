import { expect } from "vitest";
import { TiltError } from "../../src/base/errors.ts";

/** The TiltError that a call throws; anything else it throws, or nothing, fails the test. */
export function complaint(call: () => unknown): TiltError {
  try {
    call();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TiltError);
    return thrown as TiltError;
  }
  throw new Error("nothing was thrown");
}

/** As `complaint`, for calls that answer later. */
export async function laterComplaint(call: () => Promise<unknown>): Promise<TiltError> {
  try {
    await call();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TiltError);
    return thrown as TiltError;
  }
  throw new Error("nothing was thrown");
}
