import { type KeepAliveMethod, type RunFailure, socketFailureKind, statusFailureKind } from '../failure.js';
import { quotable, type Response } from './message.js';
import type { RtspFailure, SdpMedia } from './types.js';

/** How far an attempt has come. */
export type Stage =
  | { at: 'connect' }
  | { at: 'tls' }
  /** A request has been sent whose answer is awaited. */
  | { at: 'answer'; method: string };

/** Thrown inside only: `describe` turns it into its result, a host into the end of the run. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly failure: RtspFailure;

  constructor(
    kind: RtspFailure['kind'],
    code: string,
    message: string,
    how: Pick<RtspFailure, 'slowAt' | 'unreached'> = {},
  ) {
    super(message);
    this.failure = { kind, code, message, ...how };
  }

  /** The same, of a camera that was being asked this. */
  hungUpOn(method: KeepAliveMethod): ProbeFailure {
    const { kind, code, message } = this.failure;
    const failure = new ProbeFailure(kind, code, `${message} instead of answering ${method}`);
    failure.failure.hungUpOn = method;
    return failure;
  }

  /** As the end of a run, whose codes begin with where they come from. */
  asRunFailure(): RunFailure {
    const { kind, code, ...rest } = this.failure;
    return { failure: kind, code: kind === 'network' || kind === 'tls' ? `${kind}.${code}` : code, ...rest };
  }
}

const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'refused the connection; check the address and the port, and that RTSP is switched on',
  ENOTFOUND: 'could not be found by name; check the host name',
  EAI_AGAIN: 'could not be looked up by name just now; check the name server',
  EHOSTUNREACH: 'cannot be reached; check the network and that the camera has power',
  ENETUNREACH: 'cannot be reached from this network',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ETIMEDOUT: 'did not answer; check the address and that the camera has power',
};

/** A system or TLS error of a socket. */
export const socketFailure = (label: string, stage: Stage, problem: NodeJS.ErrnoException): ProbeFailure => {
  const code = problem.code ?? problem.name;
  // Whatever ends a handshake is put down to TLS: a camera that speaks none just hangs up.
  if (stage.at === 'tls' || socketFailureKind(code) === 'tls') {
    // OpenSSL's own messages are full of addresses and file names; its reason is the readable part.
    const reason = 'reason' in problem && typeof problem.reason === 'string' ? problem.reason : problem.message;
    const why = quotable(reason) || code;
    return new ProbeFailure(
      'tls',
      code,
      `${label}: no secure connection: ${why}; check the trusted certificates and the host name, or that the camera speaks rtsps`,
    );
  }
  const message = `${label} ${NETWORK[code] ?? `cannot be reached (${code})`}`;
  return new ProbeFailure('network', code, message, stage.at === 'connect' ? { unreached: true } : {});
};

export const timeoutFailure = (label: string, stage: Stage, timeoutMs: number): ProbeFailure =>
  new ProbeFailure(
    'network',
    'timeout',
    `${label} ${unfinished(stage)} (waited ${timeoutMs / 1000} s)`,
    stage.at === 'connect' ? { unreached: true } : { slowAt: stage.at },
  );

const unfinished = (stage: Stage): string => {
  switch (stage.at) {
    case 'connect':
      return 'did not take the connection; check the address and that the camera has power';
    case 'tls':
      return 'did not finish the TLS handshake; check that it speaks rtsps';
    case 'answer':
      return `took the connection and did not answer ${stage.method}`;
  }
};

/** Whoever asked has lost interest. */
export const withdrawnFailure = (label: string): ProbeFailure =>
  new ProbeFailure('aborted', 'aborted', `the question to ${label} was withdrawn`);

/** @param received bytes that belong to nothing that is whole */
export const closedFailure = (label: string, received: number, method?: string): ProbeFailure => {
  const when =
    method === undefined
      ? ''
      : received > 0
        ? ` in the middle of its answer to ${method}`
        : ` instead of answering ${method}`;
  return new ProbeFailure('network', 'closed', `${label} closed the connection${when}`);
};

export const malformedFailure = (label: string, why: string): ProbeFailure =>
  new ProbeFailure('protocol', 'malformed', `${label} does not answer as an RTSP server does: ${why}; check the port`);

/** An answer that is no success. */
export const statusFailure = (label: string, response: Response, hadCredentials: boolean): ProbeFailure => {
  const { status, reason } = response;
  const code = String(status);
  const kind = statusFailureKind(status);
  const answer = `${code}${reason ? ` ${reason}` : ''}`;
  if (status === 401) {
    const advice = hadCredentials
      ? 'refused the user name or password; check both'
      : 'wants a user name and a password, and none are configured';
    return new ProbeFailure(kind, code, `${label} ${advice} (${answer})`);
  }
  if (status === 403) {
    return new ProbeFailure(
      kind,
      code,
      `${label} forbids the stream to this user; check the user's rights (${answer})`,
    );
  }
  const advice = status === 404 ? 'has no stream of this path; check the path' : 'refused the request';
  return new ProbeFailure(kind, code, `${label} ${advice} (${answer})`);
};

/**
 * A redirect that is not followed.
 *
 * @param place where to, without path and query; undefined when it leads to no camera's address
 * @param why what speaks against it, as in "which is another host"
 */
export const redirectFailure = (label: string, place: string | undefined, why: string): ProbeFailure => {
  const where = place === undefined ? 'redirects to no rtsp:// or rtsps:// address' : `redirects to ${quotable(place)}`;
  const advice = 'if the camera has moved, put its new address into rtspUrl';
  return new ProbeFailure('protocol', 'redirected', `${label} ${where}${why && `, ${why}`}; ${advice}`);
};

export const formatFailure = (label: string, media: readonly SdpMedia[]): ProbeFailure => {
  const offered = media.flatMap(({ media: kind, formats }) =>
    formats.length === 0
      ? [`unknown ${kind}`]
      : formats.slice(0, 1).map(({ encoding }) => `${encoding || 'unknown'} ${kind}`),
  );
  const list = offered.map(quotable).slice(0, 8);
  const what = list.length ? `offers ${list.join(', ')}` : 'offers no media';
  return new ProbeFailure(
    'format',
    'unsupportedVideoFormat',
    `${label} ${what}; only H.264, H.265 and MJPEG video can be taken, so set the camera to one of them`,
  );
};
