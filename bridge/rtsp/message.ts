/** An RTSP answer, or the HTTP answer that opens a tunnel. */
export interface Response {
  kind: 'response';
  protocol: 'RTSP' | 'HTTP';
  status: number;
  reason: string;
  headers: Headers;
  body: string;
}

/** Cameras ask, too: whether we are still there, or that we go elsewhere. */
export interface Request {
  kind: 'request';
  method: string;
  uri: string;
  headers: Headers;
  body: string;
}

export type Message = Response | Request;

/** Names in lower case; a header that came twice has two values. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** The other side does not speak RTSP, or speaks too much of it. The message quotes only printable characters. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse';
}

export const MAX_HEAD = 64 * 1024;
export const MAX_BODY = 64 * 1024;

/** Text of the other side, made safe to quote: printable ASCII, 80 characters. */
export const quotable = (text: string): string => {
  const plain = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
};

/** A message without its body. */
export type Head = Omit<Response, 'body'> | Omit<Request, 'body'>;

/** The first value of a header. */
export const headerOf = ({ headers }: { headers: Headers }, name: string): string | undefined => headers.get(name)?.[0];

/** What stands in front of a body. Takes bare line feeds, any case and folded headers. @throws MalformedResponse */
export const parseHead = (text: string): Head => {
  const lines = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map<string, string[]>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    // A line without a colon says nothing; cameras send some.
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  return { ...parseFirstLine(lines[0]!), headers };
};

type FirstLine = Omit<Response, 'body' | 'headers'> | Omit<Request, 'body' | 'headers'>;

/** @throws MalformedResponse */
export const parseFirstLine = (line: string): FirstLine => {
  const plain = line.trimEnd();
  const answer = /^(RTSP|HTTP)\/\d{1,3}\.\d{1,3}[ \t]+(\d{3})(?:[ \t](.*))?$/i.exec(plain);
  if (answer) {
    const protocol = answer[1]!.toUpperCase() as 'RTSP' | 'HTTP';
    return { kind: 'response', protocol, status: Number(answer[2]), reason: quotable(answer[3] ?? '') };
  }
  const request = /^([A-Z][A-Z_]{1,31})[ \t]+(\S{1,4096})[ \t]+RTSP\/\d{1,3}\.\d{1,3}$/i.exec(plain);
  if (request) return { kind: 'request', method: request[1]!.toUpperCase(), uri: request[2]! };
  throw new MalformedResponse(`the answer begins with "${quotable(line)}"`);
};

/** Length of the body that a head promises; undefined when it says nothing. @throws MalformedResponse */
export const bodyLengthOf = (head: Pick<Head, 'headers'>): number | undefined => {
  const text = headerOf(head, 'content-length');
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new MalformedResponse(`the Content-Length is "${quotable(text)}"`);
  const length = Number(text);
  if (length > MAX_BODY) throw new MalformedResponse(`the body would be ${length} bytes long, more than ${MAX_BODY}`);
  return length;
};
