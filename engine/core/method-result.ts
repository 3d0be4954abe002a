/** What a direct method answers. */
export interface MethodResult {
  /** HTTP-like, as AVA's direct methods give it. */
  readonly status: number;
  readonly payload: unknown;
  /** JSON of the payload in UTF-8, from those who have it at hand; the payload is then only made for who looks at it. */
  readonly json?: Buffer;
}

/** JSON of the payload, ready to be sent. Undefined where there is none. */
export const payloadJson = (result: MethodResult): Buffer | string | undefined =>
  result.json ?? JSON.stringify(result.payload);

/** `{"status":200,"payload":…}`, for those who send both in one text. A missing payload is null. */
export const resultJson = (result: MethodResult): string =>
  `{"status":${result.status},"payload":${payloadJson(result) ?? null}}`;
