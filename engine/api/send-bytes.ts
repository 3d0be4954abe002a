import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ByteRange, byteRangeOf } from '../core/byte-range.js';
import { errorBody } from './replies.js';

/** A content of known length of which any part can be had. */
export interface ByteContent {
  length: number;
  /** Differs whenever a byte differs; letters, digits and `-`. */
  version: string;
  type: string;
  /** Under which a browser saves it. */
  name: string;
  /** The bytes of a part; called only for those that are sent. */
  read(range: ByteRange): Readable;
}

/**
 * Answers GET and HEAD with a content or a part of it: `Range` with one range, `If-Range`, `If-None-Match` and `If-Match` are
 * understood (RFC 9110), so that a download that was cut off can go on. The route must take both methods.
 */
export const sendBytes = (request: FastifyRequest, reply: FastifyReply, content: ByteContent): FastifyReply => {
  const { length, version, type, name } = content;
  const etag = `"${version}"`;
  const { headers } = request;
  reply.header('accept-ranges', 'bytes').header('etag', etag).header('cache-control', 'private, no-cache');
  if (headers['if-match'] !== undefined && !names(headers['if-match'], etag))
    return refused(reply, 412, 'it has changed');
  if (headers['if-none-match'] !== undefined && names(headers['if-none-match'], etag)) return reply.code(304).send();
  const condition = headers['if-range'];
  const isSame = condition === undefined || condition === etag;
  const range = isSame && request.method === 'GET' ? byteRangeOf(headers.range, length) : undefined;
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${length}`);
    return refused(reply, 416, `it has ${length} bytes, and the range begins behind them`);
  }
  reply.type(type).header('content-disposition', `inline; ${fileName(name)}`);
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${length}`);
  const sent = range ?? { start: 0, end: length - 1 };
  reply.header('content-length', sent.end - sent.start + 1);
  return request.method === 'HEAD' || length === 0 ? reply.send() : reply.send(content.read(sent));
};

const refused = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply.code(status).type('application/json; charset=utf-8').send(errorBody(status, message));

/** Whether a list of versions has this one, weak or not. */
const names = (list: string, etag: string): boolean =>
  list.split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()));

/** RFC 6266: in ASCII for old clients, and as it is. */
const fileName = (name: string): string => {
  const plain = name.replace(/[^\w .()-]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return plain === name ? `filename="${plain}"` : `filename="${plain}"; filename*=UTF-8''${encoded}`;
};
