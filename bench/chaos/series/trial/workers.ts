/** Shares `count` trials among workers: each takes another as soon as it is done with one. */
export const shareTrials = async (
  count: number,
  workers: number,
  work: (worker: number, take: () => number | undefined) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const take = (): number | undefined => (next < count ? next++ : undefined);
  const all = await Promise.allSettled(Array.from({ length: workers }, (_, worker) => work(worker, take)));
  const failed = all.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
};
