/**
 * Which engines a direct method is for.
 * - `all`: of those that change what every engine has. Either all take it, or it is undone.
 * - `any`: all would answer the same.
 * - `owner`: the engine of the live pipeline that is named.
 * - `place`: likewise, or the one that a new live pipeline is put on.
 * - `list`: all, and their lists become one.
 */
export type MethodRule = 'all' | 'any' | 'owner' | 'place' | 'list';

/** By name. A test holds it to the methods that an engine has. */
export const METHOD_RULES = {
  pipelineTopologySet: 'all',
  pipelineTopologyGet: 'any',
  pipelineTopologyList: 'any',
  pipelineTopologyDelete: 'all',
  livePipelineSet: 'place',
  livePipelineGet: 'owner',
  livePipelineList: 'list',
  livePipelineDelete: 'owner',
  livePipelineActivate: 'owner',
  livePipelineDeactivate: 'owner',
  remoteDeviceAdapterSet: 'all',
  remoteDeviceAdapterGet: 'any',
  remoteDeviceAdapterList: 'any',
  remoteDeviceAdapterDelete: 'all',
  onvifDeviceDiscover: 'any',
  onvifDeviceGet: 'any',
} as const satisfies Readonly<Record<string, MethodRule>>;

export type RuledMethod = keyof typeof METHOD_RULES;

const BY_LOWER_CASE = new Map(
  (Object.keys(METHOD_RULES) as RuledMethod[]).map((name) => [name.toLowerCase(), name] as const),
);

/** The method that is meant, whatever the case; undefined for one that no engine has. */
export const ruledMethod = (name: string): RuledMethod | undefined => BY_LOWER_CASE.get(name.toLowerCase());
