/** How patient and how hungry a client is. Tests shorten them. */
export interface GrpcLimits {
  /** Within this a sample is answered, or is lost. */
  readonly answerMs: number;
  /** A stream that nothing has come on for this long is worth telling. */
  readonly silentMs: number;
  /** And after this it is given up. Longer, since the place in a busy server's queue is lost with it. */
  readonly giveUpMs: number;
  /** Nothing was sent or answered for this long: what the server still holds back is asked for. */
  readonly idleMs: number;
  readonly connectMs: number;
  /** Samples under way at first, and at most. Real servers hold back ten and answer with the eleventh. */
  readonly windowFirst: number;
  readonly windowMost: number;
  /** Samples that have no answer yet, those included that the server has passed over. */
  readonly mostSamples: number;
  /** The same in bytes of pictures. */
  readonly mostBytes: number;
  /** Messages that are longer are not read. Odd, so that a status that names this limit can only be our own. */
  readonly answerBytes: number;
  readonly retryFirstMs: number;
  readonly retryLastMs: number;
}

export const DEFAULT_LIMITS: GrpcLimits = {
  answerMs: 20_000,
  silentMs: 10_000,
  giveUpMs: 60_000,
  idleMs: 2_000,
  connectMs: 10_000,
  windowFirst: 4,
  windowMost: 16,
  mostSamples: 32,
  mostBytes: 64 * 1024 * 1024,
  answerBytes: 4 * 1024 * 1024 + 1,
  retryFirstMs: 1_000,
  retryLastMs: 30_000,
};
