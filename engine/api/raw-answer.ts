import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './replies.js';

/** Answers with an error where no HTTP response exists: to an upgrade, or to bytes that are no request. Then hangs up. */
export const answerRaw = (stream: Duplex, status: number, message: string): void => {
  const body = JSON.stringify(errorBody(status, message));
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  stream.end(`${headers.join('\r\n')}\r\n\r\n${body}`, () => stream.destroy());
};

/** Node.js gives up on a connection with one of these; any other is a request that is not HTTP. */
const PARSER_ERRORS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'the extensions of a chunk are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request took too long to arrive'],
};

/** Answers bytes that Node.js could not read as a request. */
export const answerParserError = (error: Error & { code?: string }, stream: Duplex): void => {
  if (error.code === 'ECONNRESET' || !stream.writable) {
    stream.destroy();
    return;
  }
  const [status, message] = PARSER_ERRORS[error.code ?? ''] ?? [400, 'this is no HTTP request'];
  answerRaw(stream, status, message);
};
