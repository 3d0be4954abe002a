/**
 * Which engines a route to cameras and recordings is for.
 * - `joined`: all; their lists, `{value: […]}`, become one, by name.
 * - `own`: the front answers, having asked all.
 * - `pipeline`, `video`, `clip`: the engine that has what the parameter names.
 * - `videos`: the engine that has all of the videos in the query.
 */
export type RouteRule =
  | { to: 'joined' | 'own' | 'videos' }
  | { to: 'pipeline' | 'video' | 'clip'; parameter: 'name' | 'id' };

const camera: RouteRule = { to: 'pipeline', parameter: 'name' };
const video: RouteRule = { to: 'video', parameter: 'name' };
const clip: RouteRule = { to: 'clip', parameter: 'id' };

/** By the route's pattern. The front does not start if a route has no rule, and a test finds rules without a route. */
export const ROUTE_RULES: Readonly<Record<string, RouteRule>> = {
  '/cameras': { to: 'joined' },
  '/cameras/:name/snapshot.jpg': camera,
  '/cameras/:name/motion': camera,
  '/cameras/:name/motion/search': camera,
  '/videos': { to: 'joined' },
  '/videos/:name': video,
  '/videos/:name/listContentToken': video,
  '/videos/:name/preview.jpg': video,
  '/videos/:name/availableMedia': video,
  '/videos/:name/content/availableMedia': video,
  '/videos/:name/content/availablemedia': video,
  '/videos/:name/content/:file': video,
  '/videos/:name/manifest.m3u8': video,
  '/videos/:name/clip.mp4': video,
  '/videos/:name/recordings': video,
  '/videos/:name/recordings/:id/seen': video,
  '/videos/:name/recordings/:id/protect': video,
  '/clips': { to: 'own' },
  '/clips/:id': clip,
  '/clips/:id.mp4': clip,
  '/clips/:id.jpg': clip,
  '/clips/:id/protect': clip,
  '/clips/:id/seen': clip,
  '/export.zip': { to: 'videos' },
};

/** The same of WebSockets. */
export const SOCKET_RULES: Readonly<Record<string, Extract<RouteRule, { parameter: string }>>> = {
  '/cameras/:name/live': camera,
  '/videos/:name/rtsp': video,
};
