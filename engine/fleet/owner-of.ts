import { SluiceError } from '../core/errors.js';
import type { EngineKeeper } from './engine-keeper.js';
import type { Fleet } from './fleet.js';
import { engineOfClip } from './layout.js';
import type { RouteRule } from './route-rules.js';

/** The engine that has what a request is about; any for what nobody has, which then says so. @throws SluiceError `EngineAway` */
export const ownerOf = (
  fleet: Fleet,
  rule: Extract<RouteRule, { parameter: string }>,
  params: Readonly<Record<string, string>>,
): EngineKeeper => {
  const name = params[rule.parameter] ?? '';
  if (rule.to === 'pipeline') return fleet.ofPipeline(name);
  if (rule.to === 'video') return fleet.ofVideo(name);
  return fleet.engine(engineOfClip(name) ?? 1);
};

/**
 * The engine that has all of these videos.
 * @throws SluiceError `NotOnOneEngine`; `EngineAway`
 */
export const ownerOfAll = (fleet: Fleet, videos: readonly string[]): EngineKeeper => {
  const byEngine = new Map<EngineKeeper, string[]>();
  for (const video of videos) {
    const engine = fleet.ofVideo(video);
    byEngine.set(engine, [...(byEngine.get(engine) ?? []), video]);
  }
  if (byEngine.size < 2) return [...byEngine.keys()][0] ?? fleet.any;
  const parts = [...byEngine].map(([{ engine }, names]) => `engine ${engine} has ${names.join(', ')}`);
  const message = `the videos are not all on one engine: ${parts.join('; ')}. Ask for those of each engine by themselves`;
  throw new SluiceError('NotOnOneEngine', message, { kind: 'unsupported' });
};
