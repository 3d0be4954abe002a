/**
 * `noPicture`: nothing could be decoded. `unsupported`: not a codec that is known here. `lost`: the host died or was closed.
 * `slow`: it took too long. `busy`: too many are waiting.
 */
type StillFault = 'noPicture' | 'unsupported' | 'lost' | 'slow' | 'busy';

/** Why there is no still. */
export class StillError extends Error {
  override readonly name = 'StillError';

  constructor(
    readonly code: StillFault,
    message: string,
  ) {
    super(message);
  }
}
