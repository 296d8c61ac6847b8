/** Runs a generator to its end, and lets it free what it holds when somebody stops it on the way. */

/**
 * @param onStep called after every step, and waited for; when it throws, the generator is closed first
 * @returns what the generator returns
 */
export async function finished<T, R>(
  run: AsyncGenerator<T, R>,
  onStep: (step: T) => void | Promise<void>,
): Promise<R> {
  try {
    let next = await run.next();
    for (; !next.done; next = await run.next()) await onStep(next.value);
    return next.value;
  } catch (thrown) {
    await run.return(undefined as R);
    throw thrown;
  }
}
