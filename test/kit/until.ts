/** Waits until `condition` holds; fails with `what` after `timeoutMs`. */
export const until = async (what: string, condition: () => boolean, timeoutMs = 60_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
