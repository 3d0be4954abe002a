import { authorize, bestChallenge, type Challenge, parseChallenges } from './authorization.js';
import { type CameraUrl, readCameraUrl } from './camera-url.js';
import { type Channel, openChannel, USER_AGENT } from './channel.js';
import { type Watch, watched } from './connection.js';
import { formatFailure, malformedFailure, ProbeFailure, statusFailure } from './failures.js';
import type { Response } from './message.js';
import { followRedirect, isRedirect } from './redirect.js';
import { chooseVideo, parseSdp } from './sdp.js';
import type { DescribeResult, DescribeSpec, RtspFailure } from './types.js';

/** First without, then with credentials, and once more when the camera says that only its nonce had grown old. */
const MAX_REQUESTS = 3;
/** Answers that are no final ones (100 Continue). */
const MAX_PROVISIONAL = 8;

/**
 * Asks a camera what it sends (RTSP DESCRIBE), without starting any media. Ends within `timeoutMs` whatever the camera
 * does, and never rejects: every failure is a result.
 */
export const describe = async (spec: DescribeSpec): Promise<DescribeResult> => {
  let target: CameraUrl;
  try {
    target = readCameraUrl(spec.url);
  } catch (problem) {
    return failed('protocol', 'invalidUrl', `the camera's URL cannot be used: it ${(problem as Error).message}`);
  }
  try {
    return await watched(target.label, spec.timeoutMs, spec.signal, (watch) => probe(target, spec, watch));
  } catch (problem) {
    if (problem instanceof ProbeFailure) return { ok: false, failure: problem.failure };
    return failed('protocol', 'internal', `the question to ${target.label} failed: ${String(problem)}`);
  }
};

const failed = (kind: RtspFailure['kind'], code: string, message: string): DescribeResult => ({
  ok: false,
  failure: { kind, code, message },
});

const probe = async (first: CameraUrl, spec: DescribeSpec, watch: Watch): Promise<DescribeResult> => {
  let target = first;
  for (let followed = 0; ; followed++) {
    const response = await ask(target, spec, watch);
    if (!isRedirect(response)) return readDescription(target, response);
    target = followRedirect(target, response, followed);
  }
};

/** The camera's description, or where it redirects to. Credentials are sent only if this very address asks for them. */
const ask = async (target: CameraUrl, spec: DescribeSpec, watch: Watch): Promise<Response> => {
  const { credentials } = spec;
  const options = { transport: spec.transport, tls: spec.tls ?? {}, credentials };
  let channel: Channel | undefined;
  try {
    let challenge: Challenge | undefined;
    for (let attempt = 1; ; attempt++) {
      if (!channel || channel.over) {
        channel?.close();
        channel = await openChannel(target, options, watch);
      }
      const authorization =
        challenge && credentials && authorize(challenge, credentials, { method: 'DESCRIBE', uri: target.uri });
      channel.send(describeRequest(target, attempt, authorization));
      const response = await finalAnswer(channel, target);
      if (response.status === 200 || isRedirect(response)) return response;
      const offered = bestChallenge(parseChallenges(response.headers.get('www-authenticate') ?? []));
      const again = challenge === undefined || (offered?.scheme === 'digest' && offered.stale);
      if (response.status !== 401 || !credentials || !offered || !again || attempt === MAX_REQUESTS) {
        throw (
          unanswerable(target, response, offered) ?? statusFailure(target.label, response, credentials !== undefined)
        );
      }
      challenge = offered;
      if (/\bclose\b/i.test(response.headers.get('connection')?.[0] ?? '')) {
        channel.close();
        channel = undefined;
      }
    }
  } finally {
    channel?.close();
  }
};

/** A 401 that names no way in which we could answer it: the password is not to blame. */
const unanswerable = (
  { label }: CameraUrl,
  response: Response,
  offered: Challenge | undefined,
): ProbeFailure | undefined =>
  response.status === 401 && !offered
    ? new ProbeFailure(
        'auth',
        '401',
        `${label} wants credentials in a way other than basic or digest; change its authentication setting (401)`,
      )
    : undefined;

const finalAnswer = async (channel: Channel, { label }: CameraUrl): Promise<Response> => {
  for (let count = 0; count < MAX_PROVISIONAL; count++) {
    const response = await channel.answer();
    if (response.protocol === 'HTTP') throw malformedFailure(label, 'it answers in HTTP');
    if (response.status >= 200) return response;
  }
  throw malformedFailure(label, 'it sends provisional answers only');
};

const describeRequest = (target: CameraUrl, sequence: number, authorization: string | undefined): string =>
  [
    `DESCRIBE ${target.uri} RTSP/1.0`,
    `CSeq: ${sequence}`,
    'Accept: application/sdp',
    `User-Agent: ${USER_AGENT}`,
    ...(authorization ? [`Authorization: ${authorization}`] : []),
    '',
    '',
  ].join('\r\n');

const readDescription = (target: CameraUrl, { body }: Response): DescribeResult => {
  // Cameras forget the Content-Type or send a wrong one; what counts is what came.
  if (!/^\s*v=/.test(body)) {
    const what =
      body.trim() === '' ? 'its description of the stream is empty' : 'its description of the stream is no SDP';
    throw malformedFailure(target.label, what);
  }
  const media = parseSdp(body);
  const video = chooseVideo(media);
  if (!video) throw formatFailure(target.label, media);
  return { ok: true, url: target.uri, sdp: body, media, video };
};
