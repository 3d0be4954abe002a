import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TlsOptions } from '../types.js';
import { authorize, bestChallenge, type Credentials, parseChallenges } from './authorization.js';
import { bracketed, type CameraUrl } from './camera-url.js';
import { Answers, openSocket, type Watch } from './connection.js';
import { malformedFailure, ProbeFailure, redirectFailure, statusFailure } from './failures.js';
import type { Response } from './message.js';
import { isRedirect, redirectPlace } from './redirect.js';

/** A way to send requests to the camera and to get its answers. */
export interface Channel {
  send(request: string): void;
  answer(): Promise<Response>;
  /** The camera has closed it, or said that it will. */
  readonly over: boolean;
  close(): void;
}

export interface ChannelOptions {
  transport: 'tcp' | 'http';
  tls: TlsOptions;
  credentials: Credentials | undefined;
}

export const USER_AGENT = 'Sluice';

/** Throws a ProbeFailure. */
export const openChannel = (target: CameraUrl, options: ChannelOptions, watch: Watch): Promise<Channel> =>
  options.transport === 'http' ? openTunnel(target, options, watch) : openDirect(target, options, watch);

const openDirect = async (target: CameraUrl, { tls }: ChannelOptions, watch: Watch): Promise<Channel> => {
  const socket = await openSocket(target, tls, watch);
  const answers = new Answers(socket, target.label);
  return {
    send: (request) => socket.write(request),
    answer: () => answers.next(watch),
    get over() {
      return answers.over;
    },
    close: () => socket.destroy(),
  };
};

/** RTSP over HTTP: answers come on a GET that never ends, requests go base64-encoded into a POST that never ends. */
const openTunnel = async (target: CameraUrl, options: ChannelOptions, watch: Watch): Promise<Channel> => {
  const cookie = randomBytes(11).toString('hex');
  const { get, answers, authorization } = await openGet(target, options, cookie, watch);
  let post: Socket;
  try {
    post = await openSocket(target, options.tls, watch);
  } catch (problem) {
    get.destroy();
    throw problem;
  }
  post.once('error', () => get.destroy());
  post.resume();
  post.write(
    httpRequest('POST', target, cookie, [
      'Content-Type: application/x-rtsp-tunnelled',
      // A length that is never reached, as the protocol's inventors prescribe.
      'Content-Length: 32767',
      'Expires: Sun, 9 Jan 1972 00:00:00 GMT',
      ...(authorization ? [`Authorization: ${authorization('POST')}`] : []),
    ]),
  );
  return {
    send: (request) => post.write(Buffer.from(request, 'utf8').toString('base64')),
    answer: () => answers.next(watch),
    get over() {
      return answers.over || post.destroyed;
    },
    close: () => {
      get.destroy();
      post.destroy();
    },
  };
};

interface OpenGet {
  get: Socket;
  answers: Answers;
  authorization: ((method: string) => string) | undefined;
}

/** Opens the GET half; some cameras ask for credentials here already. */
const openGet = async (
  target: CameraUrl,
  { tls, credentials }: ChannelOptions,
  cookie: string,
  watch: Watch,
): Promise<OpenGet> => {
  let authorization: OpenGet['authorization'];
  for (let attempt = 1; ; attempt++) {
    const get = await openSocket(target, tls, watch);
    try {
      const answers = new Answers(get, target.label, { tunnel: true });
      const headers = ['Accept: application/x-rtsp-tunnelled'];
      if (authorization) headers.push(`Authorization: ${authorization('GET')}`);
      get.write(httpRequest('GET', target, cookie, headers));
      const response = await answers.next(watch);
      if (response.protocol === 'HTTP' && response.status === 200) return { get, answers, authorization };
      const challenge = bestChallenge(parseChallenges(response.headers.get('www-authenticate') ?? []));
      if (response.status !== 401 || attempt > 1 || !challenge || !credentials) {
        throw refusal(target, response, attempt > 1);
      }
      authorization = (method) => authorize(challenge, credentials, { method, uri: target.path });
      get.destroy();
    } catch (problem) {
      get.destroy();
      throw problem;
    }
  }
};

const refusal = (target: CameraUrl, response: Response, tried: boolean): ProbeFailure => {
  const { label } = target;
  if (isRedirect(response)) return redirectFailure(label, redirectPlace(target, response), '');
  if (response.status === 401 || response.status === 403) return statusFailure(label, response, tried);
  if (response.protocol !== 'HTTP') return malformedFailure(label, 'it answered an HTTP request in RTSP');
  const { status, reason } = response;
  return new ProbeFailure(
    'protocol',
    String(status),
    `${label} offers no RTSP over HTTP (${status} ${reason}); check the port, or set the transport to tcp`,
  );
};

const httpRequest = (method: string, target: CameraUrl, cookie: string, headers: readonly string[]): string => {
  return [
    `${method} ${target.path} HTTP/1.0`,
    `Host: ${bracketed(target.host)}:${target.port}`,
    `User-Agent: ${USER_AGENT}`,
    `x-sessioncookie: ${cookie}`,
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    ...headers,
    '',
    '',
  ].join('\r\n');
};
