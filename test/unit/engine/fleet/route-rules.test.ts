import fastifyFactory from 'fastify';
import { expect, it } from 'vitest';
import { ROUTE_RULES, SOCKET_RULES } from '../../../../engine/fleet/route-rules.js';
import { type Resources, registerResources, resourceSockets } from '../../../../engine/resource-routes.js';

it('has a rule for every route to cameras and recordings, and for no other', async () => {
  const app = fastifyFactory();
  const routes = new Set<string>();
  app.addHook('onRoute', ({ url }) => void routes.add(url));
  const none = new Proxy({}, { get: () => ({}) });
  registerResources(app, none as Resources);
  expect(Object.keys(ROUTE_RULES).sort()).toEqual([...routes].sort());
  for (const [url, rule] of Object.entries(ROUTE_RULES)) {
    if ('parameter' in rule) expect(url).toContain(`/:${rule.parameter}`);
  }
  await app.close();
});

it('has a rule for every WebSocket to them', () => {
  const sockets = resourceSockets({} as Parameters<typeof resourceSockets>[0], () => undefined);
  expect(Object.keys(SOCKET_RULES).sort()).toEqual(sockets.map(({ path }) => path).sort());
});
