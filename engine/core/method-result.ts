/** What a direct method answers. */
export interface MethodResult {
  /** HTTP-like status, as in AVA's direct methods. */
  readonly status: number;
  readonly payload: unknown;
  /** The payload as JSON in UTF-8, from methods that have it ready. `payload` is then built only when it is read. */
  readonly json?: Buffer;
}

/** The payload as JSON, ready to be sent. Undefined if there is no payload. */
export const payloadJson = (result: MethodResult): Buffer | string | undefined =>
  result.json ?? JSON.stringify(result.payload);

/** `{"status":200,"payload":…}`, for transports that send both in one message. A missing payload is null. */
export const resultJson = (result: MethodResult): string =>
  `{"status":${result.status},"payload":${payloadJson(result) ?? null}}`;
