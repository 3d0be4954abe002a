import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import type { ForwardedSocket } from '../api/upgrades.js';
import { clipPage, inOrder } from '../recording/clip-page.js';
import type { ClipPage, ClipQuery } from '../recording/clip-resource.js';
import { type Resources, registerResources } from '../resource-routes.js';
import type { Fleet } from './fleet.js';
import { fetchFrom, forward } from './forward.js';
import { forwardSocket } from './forward-socket.js';
import { ownerOf, ownerOfAll } from './owner-of.js';
import { ROUTE_RULES, type RouteRule, SOCKET_RULES } from './route-rules.js';

const DEFAULT_CLIPS = 100;
const MOST_SOCKETS = 500;

/**
 * The routes to cameras and recordings, as an engine has them, with the same descriptions and checks. Before their handlers
 * would run, the request is passed on by its rule.
 */
export const registerFleetRoutes = async (
  app: FastifyInstance,
  fleet: Fleet,
  dispatcher: Dispatcher,
): Promise<void> => {
  await app.register((scope, _options, done) => {
    scope.addHook('onRoute', ({ url }) => void ruleOf(url));
    scope.addHook('preHandler', async (request, reply) => {
      const rule = ruleOf(request.routeOptions.url ?? '');
      if (rule.to !== 'own') return await pass(rule, request, reply, fleet, dispatcher);
    });
    registerResources(scope, resourcesOf(fleet));
    done();
  });
};

export const fleetSockets = (fleet: Fleet): ForwardedSocket[] =>
  Object.entries(SOCKET_RULES).map(([path, rule]) => ({
    path,
    maxSockets: MOST_SOCKETS * fleet.engines.length,
    forward: ({ url, params }, raw) => forwardSocket(raw, url, ownerOf(fleet, rule, params)),
  }));

/** Only the handlers of `own` routes are ever called, and so need something to answer from. */
const resourcesOf = (fleet: Fleet): Resources => {
  const none = {};
  const clips = { list: (query: ClipQuery) => clipsOf(fleet, query) };
  return {
    ...{ cameras: none, pictures: none, motion: none, playback: none, clients: none, exports: none, recordings: none },
    clips,
  } as unknown as Resources;
};

const ruleOf = (url: string): RouteRule => {
  const rule = ROUTE_RULES[url];
  if (rule === undefined) throw new Error(`the route ${url} has no rule in route-rules.ts`);
  return rule;
};

const pass = async (
  rule: RouteRule,
  request: FastifyRequest,
  reply: FastifyReply,
  fleet: Fleet,
  dispatcher: Dispatcher,
): Promise<FastifyReply> => {
  if ('parameter' in rule) {
    const params = request.params as Record<string, string>;
    return await forward(request, reply, ownerOf(fleet, rule, params), dispatcher);
  }
  if (rule.to === 'videos') {
    const { videos = [] } = request.query as { videos?: string | string[] };
    const names = [videos].flat().flatMap((each) => each.split(','));
    return await forward(request, reply, ownerOfAll(fleet, names), dispatcher);
  }
  return await sendJoined(request, reply, fleet, dispatcher);
};

/** @throws SluiceError `EngineAway`: a list without what one engine has would be taken for all there is */
const sendJoined = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { engines }: Fleet,
  dispatcher: Dispatcher,
): Promise<FastifyReply> => {
  const answers = await Promise.all(engines.map((engine) => fetchFrom(request, engine, dispatcher)));
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
  const refused = answers.find(({ status }) => status !== 200);
  if (refused) return reply.code(refused.status).send(refused.text);
  const value = answers.flatMap(({ text }) => (JSON.parse(text) as { value: Array<{ name: string }> }).value);
  value.sort((a, b) => (a.name < b.name ? -1 : 1));
  return reply.send(JSON.stringify({ value }));
};

const clipsOf = async (fleet: Fleet, query: ClipQuery): Promise<ClipPage> => {
  const limit = query.limit ?? DEFAULT_CLIPS;
  // One more than asked for shows whether others follow.
  const found = await fleet.askAll('clips', { ...query, limit: limit + 1 });
  return clipPage(found.flat().sort(inOrder), limit);
};
