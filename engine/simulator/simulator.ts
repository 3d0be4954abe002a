import { basename, extname } from 'node:path';
import { prepareSource, type Source } from './prepare.js';
import { simulatorError } from './python.js';
import { type ServerConfig, ServerProcess } from './server-process.js';
import type { EncodingOptions, SimulatedCamera, Simulator, SimulatorCommand, SimulatorOptions } from './types.js';

const MAX_CAMERAS = 1000;
const LONG_GOP_SECONDS = 30;

const sourcesOf = (options: SimulatorOptions): Source[] => {
  const sources: Source[] = [
    ...(options.clips ?? []).map((file) => ({ kind: 'clip' as const, file })),
    ...(options.scenes ?? []).map((name) => ({ kind: 'scene' as const, name })),
  ];
  return sources.length ? sources : [{ kind: 'scene', name: 'motion' }];
};

const plainName = (source: Source): string => {
  if (source.kind === 'scene') return source.name;
  return basename(source.file, extname(source.file)).replace(/[^A-Za-z0-9_-]+/g, '-') || 'clip';
};

/** Assigns the sources to `count` cameras in turn; a repeated name gets a number: `motion`, `motion-2`. */
const nameCameras = (sources: readonly Source[], count: number): { name: string; source: Source }[] => {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const source = sources[index % sources.length]!;
    const plain = plainName(source);
    let name = plain;
    for (let number = 2; taken.has(name); number++) name = `${plain}-${number}`;
    taken.add(name);
    return { name, source };
  });
};

const encodingOf = ({ gop, fps, size, bitrate, bframes, codec }: SimulatorOptions): EncodingOptions => ({
  gop,
  fps,
  size,
  bitrate,
  bframes,
  codec,
});

/**
 * Starts simulated RTSP cameras in a process of their own. What they play is encoded once, so that many cameras cost
 * little. Rejects with a SluiceError whose code says what is missing: `clipMissing`, `clipUnreadable`,
 * `noSuchScene`, `portInUse`, `pythonModules`, `encoderMissing` …
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const sources = sourcesOf(options);
  const count = options.count ?? sources.length;
  if (!Number.isInteger(count) || count < 1 || count > MAX_CAMERAS) {
    throw simulatorError('badOption', `count must be an integer from 1 to ${MAX_CAMERAS}, not ${count}`);
  }
  if (options.password !== undefined && options.user === undefined) {
    throw simulatorError('badOption', 'a password needs a user');
  }
  const encoding = encodingOf(options);
  const files = new Map<Source, string>();
  for (const source of sources) files.set(source, await prepareSource(source, encoding, options.cacheDir));
  const named = nameCameras(sources, count);

  const host = options.host ?? '127.0.0.1';
  const config: ServerConfig = {
    host,
    port: options.port ?? 0,
    cameras: named.map(({ name, source }) => ({ name, file: files.get(source)! })),
    ...(options.user === undefined
      ? {}
      : { user: options.user, password: options.password ?? '', auth: options.auth ?? 'basic' }),
    ...(options.tls ? { tls: options.tls } : {}),
  };
  const { server, port } = await ServerProcess.start(config, options.onEvent ?? (() => {}));
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const cameras = named.map(({ name, source }) => ({
    name,
    url: `${options.tls ? 'rtsps' : 'rtsp'}://${authority}/${name}`,
    source,
  }));
  return {
    cameras,
    port,
    pid: server.pid,
    control: (command) => control(server, cameras, encoding, options.cacheDir, command),
    stop: () => server.stop(),
    ended: server.ended,
  };
};

/** For commands that need another encoding: prepares the file and tells the server to switch to it. */
const control = async (
  server: ServerProcess,
  cameras: readonly SimulatedCamera[],
  encoding: EncodingOptions,
  cacheDir: string | undefined,
  command: SimulatorCommand,
): Promise<void> => {
  if (command.command !== 'resolution' && command.command !== 'longGop') return server.send(command);
  const other: EncodingOptions =
    command.command === 'resolution'
      ? { ...encoding, size: command.size }
      : { ...encoding, gop: command.gop ?? LONG_GOP_SECONDS };
  const chosen = cameras.filter((camera) => command.camera === undefined || camera.name === command.camera);
  if (chosen.length === 0) throw simulatorError('noSuchCamera', `there is no camera ${command.camera}`);
  const files = new Map<Source, string>();
  for (const { source } of chosen) {
    if (!files.has(source)) files.set(source, await prepareSource(source, other, cacheDir));
  }
  for (const { name, source } of chosen) {
    await server.send({ command: 'switch', camera: name, file: files.get(source) });
  }
};
