import { type CameraWishes, parametersOf, topologyOf } from './camera-topology.js';
import { ApiError } from './http.js';
import { activate, deactivate, invoke, removePipeline } from './methods.js';

/** Makes a camera of an address, and starts it. @throws ApiError with what the engine has against it; nothing is left then */
export const setUpCamera = async (name: string, wishes: CameraWishes): Promise<void> => {
  const topology = topologyOf(wishes);
  await putTopology(topology);
  await invoke('livePipelineSet', {
    name,
    properties: { topologyName: topology.name, parameters: parametersOf(wishes) },
  });
  try {
    await activate(name);
  } catch (error) {
    await removePipeline(name).catch(() => {});
    throw error;
  }
};

/** As if it had never been there, but for what was recorded meanwhile. @throws ApiError */
export const undoCamera = async (name: string): Promise<void> => {
  await deactivate(name);
  await removePipeline(name);
};

/** One that is in use stays as it is: somebody may have changed it on purpose. */
const putTopology = async (topology: object): Promise<void> => {
  try {
    await invoke('pipelineTopologySet', topology);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409 && error.code === 'PipelineTopologyInUse')) throw error;
  }
};

/** A device that has answered in the network. */
export interface FoundDevice {
  address: string;
  name: string;
  /** Where its ONVIF service is; undefined where it has not said so. */
  service: string | undefined;
}

interface Discovered {
  value: { remoteIPAddress: string; scopes?: string[]; endpoints?: string[] }[];
}

/** Asks the network of the engine for cameras, for some seconds. @throws ApiError */
export const findDevices = async (): Promise<FoundDevice[]> => {
  const { value } = await invoke<Discovered>('onvifDeviceDiscover', { discoveryDuration: 'PT5S' });
  return value.map(({ remoteIPAddress, scopes = [], endpoints = [] }) => ({
    address: remoteIPAddress,
    // It may give addresses of other networks as well. Without one of its own, the usual place is asked.
    service: endpoints.find((each) => URL.canParse(each) && new URL(each).hostname === remoteIPAddress),
    name: ['name', 'hardware'].map((kind) => scopeOf(scopes, kind)).find(Boolean) ?? remoteIPAddress,
  }));
};

const scopeOf = (scopes: readonly string[], kind: string): string | undefined => {
  const found = scopes.find((scope) => scope.includes(`onvif.org/${kind}/`));
  const text = found?.split(`onvif.org/${kind}/`)[1];
  try {
    return text && decodeURIComponent(text);
  } catch {
    return text;
  }
};

export interface FoundStream {
  name: string;
  address: string;
}

interface Described {
  mediaProfiles?: { name?: string; mediaUri?: { uri?: string } }[];
}

/** The streams that a device offers. @throws ApiError */
export const findStreams = async (
  { address, service }: FoundDevice,
  user: string,
  password: string,
): Promise<FoundStream[]> => {
  const login = user === '' ? {} : { username: user, password };
  const asked =
    service === undefined ? { remoteIPAddress: address, ...login } : { endpoint: endpointOf(service, user, password) };
  const { mediaProfiles = [] } = await invoke<Described>('onvifDeviceGet', asked);
  return mediaProfiles.flatMap(({ name, mediaUri }) =>
    mediaUri?.uri === undefined ? [] : [{ name: name ?? mediaUri.uri, address: mediaUri.uri }],
  );
};

const AVA = '#Microsoft.VideoAnalyzer';

const endpointOf = (url: string, username: string, password: string) => ({
  '@type': `${AVA}.${url.startsWith('https:') ? 'TlsEndpoint' : 'UnsecuredEndpoint'}`,
  url,
  ...(username === '' ? {} : { credentials: { '@type': `${AVA}.UsernamePasswordCredentials`, username, password } }),
});
