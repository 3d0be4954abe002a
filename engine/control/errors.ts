import { type ErrorKind, type ErrorPlace, messageOf, SluiceError } from '../core/errors.js';
import type { MethodResult } from '../core/method-result.js';
import type { Problem } from '../topology/problem.js';

/** AVA's error body, after OData. */
interface ODataError {
  error: { code: string; message: string; details?: ODataDetail[]; innererror?: { code: string; hint?: string } };
}

interface ODataDetail {
  code: string;
  message: string;
  /** JSON pointer into the payload. */
  target?: string;
}

/** A refusal by the control plane, with every problem. `code` is AVA's detail code. */
export class ControlError extends SluiceError {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: number, code: string, message: string, options: ControlErrorOptions = {}) {
    const pointer = options.problems?.[0]?.pointer;
    super(code, message, {
      kind: options.kind ?? kindOf(status),
      where: { ...(pointer === undefined ? {} : { pointer }), ...options.where },
      ...(options.hint === undefined ? {} : { hint: options.hint }),
      ...(options.cause === undefined ? {} : { cause: options.cause }),
    });
    this.status = status;
    this.problems = options.problems ?? [];
  }
}

interface ControlErrorOptions {
  kind?: ErrorKind;
  where?: ErrorPlace;
  hint?: string;
  cause?: unknown;
  problems?: readonly Problem[];
}

const kindOf = (status: number): ErrorKind => {
  if (status === 404) return 'notFound';
  if (status === 409) return 'conflict';
  if (status === 501) return 'unsupported';
  return status >= 500 ? 'internal' : 'invalid';
};

/** AVA's top-level code and message for a status. */
const TOP_LEVEL: Record<number, [code: string, message: string]> = {
  400: ['BadRequest', 'The request is invalid'],
  401: ['Unauthorized', 'The request is not authorized'],
  404: ['NotFound', 'The resource was not found'],
  409: ['Conflict', 'A conflict was encountered when processing the request'],
  500: ['InternalServerError', 'The request failed for a reason inside the engine'],
  501: ['NotImplemented', 'The method is not implemented'],
  503: ['ServerBusy', 'The engine cannot do this at the moment'],
};

/** Keeps the response readable, and small enough for an IoT hub. */
const MAX_DETAILS = 100;

const errorBody = (status: number, details: ODataDetail[], inner?: SluiceError): ODataError => {
  const [code, message] = TOP_LEVEL[status] ?? TOP_LEVEL[500]!;
  const shown = details.slice(0, MAX_DETAILS);
  if (details.length > MAX_DETAILS) {
    shown.push({ code: details[MAX_DETAILS]!.code, message: `and ${details.length - MAX_DETAILS} more problems` });
  }
  const innererror = inner && { code: inner.code, ...(inner.hint === undefined ? {} : { hint: inner.hint }) };
  return { error: { code, message, details: shown, ...(innererror === undefined ? {} : { innererror }) } };
};

const detailOf = ({ code, message, pointer }: Problem): ODataDetail =>
  pointer === '' ? { code, message } : { code, message: `${pointer}: ${message}`, target: pointer };

/** How the errors of the runtime appear in AVA's terms. */
const RUNTIME: Record<ErrorKind, [status: number, code: string]> = {
  invalid: [400, 'ModuleValidationError'],
  unsupported: [400, 'ModuleValidationError'],
  unauthorized: [400, 'ModuleValidationError'],
  notFound: [404, 'NotFound'],
  conflict: [409, 'ResourceValidationError'],
  unavailable: [503, 'ServerBusy'],
  exhausted: [503, 'ServerBusy'],
  internal: [500, 'InternalServerError'],
};

/** The result of a method that failed, whatever was thrown. */
export const failureResult = (thrown: unknown): MethodResult => {
  if (thrown instanceof ControlError) {
    const { status, code, message, problems } = thrown;
    const details = problems.length > 0 ? problems.map(detailOf) : [{ code, message }];
    return { status, payload: errorBody(status, details) };
  }
  if (thrown instanceof SluiceError) {
    const [status, code] = RUNTIME[thrown.kind];
    return { status, payload: errorBody(status, [{ code, message: thrown.message }], thrown) };
  }
  return { status: 500, payload: errorBody(500, [{ code: 'InternalServerError', message: messageOf(thrown) }]) };
};

export const notFound = (type: string, name: string): ControlError =>
  new ControlError(404, 'NotFound', `there is no ${type} '${name}'`);

/** The refusal of a document, with all of its problems. */
export const invalid = (code: string, problems: readonly Problem[], where: ErrorPlace = {}): ControlError => {
  const lines = problems.map(({ pointer, message }) => (pointer === '' ? message : `${pointer}: ${message}`));
  return new ControlError(400, code, lines.join('\n'), { problems, where });
};
