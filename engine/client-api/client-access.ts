import type { Guest, GuestRequest } from '../api/access.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import type { AccessPolicy } from './access-policies.js';
import { checkClientToken } from './client-tokens.js';
import type { ContentTokens } from './content-tokens.js';

export interface ClientAccessDeps {
  policies(): readonly AccessPolicy[];
  tokens: Pick<ContentTokens, 'opens'>;
  clock: { utc(): UtcMicros };
}

/**
 * Lets in whom AVA's client API lets in. A client's own token, which an access policy knows, opens the resource of a video and
 * gets a content token there. That one opens the video's media and nothing else, so it may stand in addresses.
 */
export class ClientAccess implements Guest {
  readonly #deps: ClientAccessDeps;

  constructor(deps: ClientAccessDeps) {
    this.#deps = deps;
  }

  async admits(request: GuestRequest): Promise<boolean> {
    const [, folder, video, ...rest] = request.segments;
    if (folder !== 'videos' || !video) return false;
    if (isForClients(request, rest)) return await this.#admitsClient(request, video);
    const token = contentTokenOf(request, rest);
    return token !== undefined && (await this.#deps.tokens.opens(token, video, this.#now));
  }

  async #admitsClient({ bearer, authority }: GuestRequest, video: string): Promise<boolean> {
    if (bearer === undefined) return false;
    const { ok } = await checkClientToken(bearer, this.#deps.policies(), { video, authority, now: this.#now });
    return ok;
  }

  get #now(): number {
    return this.#deps.clock.utc() / MICROS_PER_SECOND;
  }
}

/** `GET /videos/{name}` and `POST /videos/{name}/listContentToken`. @param rest of the path, behind the name */
const isForClients = ({ method, websocket }: GuestRequest, rest: readonly string[]): boolean => {
  if (websocket) return false;
  if (rest.length === 0) return method === 'GET' || method === 'HEAD';
  return rest.length === 1 && rest[0] === 'listContentToken' && method === 'POST';
};

/** What stands where the content token belongs; undefined if it opens nothing there. */
const contentTokenOf = (
  { method, websocket, bearer, query }: GuestRequest,
  rest: readonly string[],
): string | undefined => {
  const given = bearer ?? query.get('token') ?? undefined;
  if (websocket)
    return rest.length === 1 && rest[0] === 'rtsp' ? (given ?? query.get('authorization') ?? undefined) : undefined;
  const reads = method === 'GET' || method === 'HEAD';
  return reads && rest.length === 2 && rest[0] === 'content' ? given : undefined;
};
