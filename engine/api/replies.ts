import { type ErrorKind, SluiceError } from '../core/errors.js';
import type { MethodResult } from '../core/method-result.js';

/** AVA's error shape, used for every error that leaves the server. */
interface ErrorBody {
  error: { code: string; message: string; details?: Array<{ code: string; message: string }> };
}

const CODES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  408: 'RequestTimeout',
  412: 'PreconditionFailed',
  413: 'PayloadTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
  416: 'RangeNotSatisfiable',
  417: 'ExpectationFailed',
  431: 'RequestHeaderFieldsTooLarge',
  503: 'ServerBusy',
  504: 'GatewayTimeout',
};

export const errorBody = (status: number, message: string, code = CODES[status]): ErrorBody => ({
  error: { code: code ?? (status < 500 ? 'BadRequest' : 'InternalServerError'), message },
});

export const errorResult = (status: number, message: string, code?: string): MethodResult => ({
  status,
  payload: errorBody(status, message, code),
});

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthorized: 401,
  notFound: 404,
  conflict: 409,
  exhausted: 503,
  unavailable: 503,
  unsupported: 400,
  internal: 500,
};

export const statusOf = (error: SluiceError): number => STATUS[error.kind];

/** What is answered to a request for a socket that cannot be opened. Rethrows what is no SluiceError. */
export const refusalOf = (error: unknown): { status: number; message: string } => {
  if (!(error instanceof SluiceError)) throw error;
  return { status: statusOf(error), message: error.message };
};
