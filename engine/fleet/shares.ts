import { availableParallelism } from 'node:os';
import type { Config } from '../config/index.js';
import { folderOf } from './layout.js';

/**
 * The configuration of one of several engines: its own folder and a listener that only the front can use; what limits the
 * whole machine is divided. Brokers, webhooks, keys and policies are the front's.
 */
export const configOf = (config: Config, engine: number, token: string, cores = availableParallelism()): Config => {
  const { engines } = config;
  const { detector, camera, videos } = config;
  return {
    ...config,
    dataDir: folderOf(config.dataDir, engine),
    http: {
      address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      token,
      allowedHosts: [],
      allowedOrigins: [],
      accessPolicies: '',
    },
    https: { ...config.https, address: undefined },
    iothub: { ...config.iothub, key: undefined },
    mqtt: { ...config.mqtt, url: '', username: '', password: undefined },
    homeAssistant: { ...config.homeAssistant, enabled: false },
    webhooks: {},
    detector: { ...detector, threads: divided(detector.threads || Math.max(1, cores - 1), engines) },
    camera: { ...camera, connectionsPerSecond: divided(camera.connectionsPerSecond, engines) },
    videos: { ...videos, maximumSize: divided(videos.maximumSize, engines) },
  };
};

const divided = (whole: number, parts: number): number => Math.max(1, Math.floor(whole / parts));
