/**
 * Errors across the worker boundary. Comlink keeps only an error's name and message; this handler also keeps what a
 * TiltError says about place and remedy. Both sides call `keepProblems` before anything else.
 */
import { transferHandlers } from "comlink";
import { messageOf, type ProblemKind, TiltError } from "../base/errors.ts";

interface Told {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly what?: string;
  readonly where?: string | undefined;
  readonly remedy?: string | undefined;
  readonly kind?: ProblemKind | undefined;
}

/** The shape that Comlink's own handler sends for errors, with the problem in words added. */
export interface Thrown {
  readonly isError: true;
  readonly value: Told;
}

/** @param thrown anything that was thrown */
export function pack(thrown: unknown): Thrown {
  const name = thrown instanceof Error ? thrown.name : "Error";
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  const told = { name, message: messageOf(thrown), stack };
  if (!(thrown instanceof TiltError)) return { isError: true, value: told };
  const { what, where, remedy, kind } = thrown;
  return { isError: true, value: { ...told, what, where, remedy, kind } };
}

/** The error that was packed on the other side. */
export function unpack({ value }: Thrown): Error {
  if (value.what === undefined) return Object.assign(new Error(value.message), value);
  const options = {
    ...(value.where !== undefined && { where: value.where }),
    ...(value.remedy !== undefined && { remedy: value.remedy }),
    ...(value.kind !== undefined && { kind: value.kind }),
  };
  return Object.assign(new TiltError(value.what, options), { stack: value.stack });
}

/** Replaces Comlink's handler for thrown values. Calling it twice does no harm. */
export function keepProblems(): void {
  const original = transferHandlers.get("throw");
  if (!original) return;
  transferHandlers.set("throw", {
    canHandle: original.canHandle,
    serialize: (wrapped: unknown) => [pack((wrapped as { value: unknown }).value), []],
    deserialize: (thrown: unknown) => {
      throw unpack(thrown as Thrown);
    },
  });
}
