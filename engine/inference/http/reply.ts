/** Names in lower case; a header that came twice is a list. */
export type ReplyHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Reply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: Buffer;
}

/** The values of a header, in their order. */
export const headerValues = (headers: ReplyHeaders, name: string): readonly string[] => {
  const value = headers[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
};

/** The first value of a header. */
export const headerOf = (headers: ReplyHeaders, name: string): string | undefined => headerValues(headers, name)[0];
