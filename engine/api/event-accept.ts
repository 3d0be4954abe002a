import type { IncomingHttpHeaders } from 'node:http';

const EVENT_STREAM = 'text/event-stream';

/** Whether a request asks for server-sent events, as a browser's EventSource does, and not for a page as well. */
export const asksForStream = ({ accept }: Pick<IncomingHttpHeaders, 'accept'>): boolean =>
  (accept ?? '').split(',').some((each) => {
    const [type, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return type === EVENT_STREAM && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });

/** Whether a request is for the stream of events: it may come from a page, which has other means of access. */
export const isEventStream = (segments: readonly string[], headers: IncomingHttpHeaders): boolean =>
  segments.length === 2 && segments[1] === 'events' && asksForStream(headers);
