import { sessionSpec } from '../camera/session-spec.js';
import { openTcp } from '../rtsp/connection.js';
import { ProbeFailure } from '../rtsp/failures.js';
import { RtspSession } from '../rtsp/session.js';
import type { EndReason, Ingest, IngestHandlers, IngestSpec } from '../types.js';

/**
 * An ingest in a host that goes on at another address when its camera redirects. A host may not say where to connect to, so
 * this process asks the camera itself, and goes where it is sent by what it has heard.
 *
 * @param start starts an ingest that ends with the code `redirected` when its camera redirects
 */
export const startRedirectedIngest = (
  start: (spec: IngestSpec, handlers: IngestHandlers) => Ingest,
  spec: IngestSpec,
  handlers: IngestHandlers,
): Ingest => {
  const aborter = new AbortController();
  let described = false;
  let settle = (): void => {};
  const over = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const end = (reason: EndReason): void => {
    handlers.onEnd(reason);
    settle();
  };
  const onFirstEnd = async (reason: EndReason): Promise<void> => {
    if (described || aborter.signal.aborted || !isRedirect(reason)) {
      end(reason);
      return;
    }
    const place = await locate(spec, aborter.signal);
    if (aborter.signal.aborted) end({ kind: 'stopped' });
    else if (typeof place === 'string') ingest = start({ ...spec, url: place }, { ...handlers, onEnd: end });
    else end(place);
  };
  let ingest = start(spec, {
    ...handlers,
    onDescribed: (description) => {
      described = true;
      handlers.onDescribed(description);
    },
    onEnd: (reason) => void onFirstEnd(reason),
  });
  return {
    readInRounds: (yes) => ingest.readInRounds(yes),
    stop: async () => {
      aborter.abort();
      await ingest.stop();
      await over;
    },
  };
};

const isRedirect = (reason: EndReason): boolean => reason.kind === 'error' && reason.code === 'redirected';

/** Where the camera answers in the end, or why it does not. */
const locate = async (spec: IngestSpec, signal: AbortSignal): Promise<string | EndReason> => {
  try {
    const how = { connect: openTcp, followRedirects: true, signal };
    const { session, description } = await RtspSession.open(sessionSpec(spec, how));
    session.close();
    return description.url;
  } catch (problem) {
    if (problem instanceof ProbeFailure) return { kind: 'error', ...problem.asRunFailure() };
    throw problem;
  }
};
