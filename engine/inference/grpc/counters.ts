/** What a client has seen, besides what its handlers are told. */
export interface GrpcCounters {
  streams: number;
  /** Streams that were ended to get at answers which the server held back. */
  drains: number;
  /** Answers for samples that had been given up. */
  lateAnswers: number;
  /** Answers that name no sample, a sample that is answered already, or one that was never sent. */
  unknownAnswers: number;
  /** Inferences that say nothing: no value, or boxes that are not made of numbers. */
  badInferences: number;
}

export const newCounters = (): GrpcCounters => ({
  streams: 0,
  drains: 0,
  lateAnswers: 0,
  unknownAnswers: 0,
  badInferences: 0,
});
