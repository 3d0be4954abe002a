import { isatty } from 'node:tty';
import { Command } from 'commander';
import { describeConfig } from '../config/index.js';
import { loadConfig, watchConfig } from '../configuration.js';
import { systemClock } from '../core/clock.js';
import { KeepAlive } from '../core/keep-alive.js';
import type { Logger } from '../core/log.js';
import type { EventRecord } from '../events/types.js';
import { createCategoryLogs } from '../log/categories.js';
import { standardError } from '../log/standard-error.js';
import { untilStopped } from './exit.js';
import { ServiceManager } from './service-manager.js';
import { type Serving, startServing } from './serving.js';

interface ServeOptions {
  http?: string;
  https?: string;
  cert?: string;
  key?: string;
  iothubKey?: string;
  module?: string;
  data?: string;
  mqtt?: string;
  engines?: string;
  config?: string;
}

const SETTING_OF: Readonly<Record<Exclude<keyof ServeOptions, 'config'>, string>> = {
  http: 'http.address',
  https: 'https.address',
  cert: 'https.certFile',
  key: 'https.keyFile',
  iothubKey: 'iothub.key',
  module: 'module',
  data: 'dataDir',
  mqtt: 'mqtt.url',
  engines: 'engines',
};

export const serveCommand = (): Command =>
  new Command('serve')
    .description('The engine as a service; resumes the live pipelines that were active.')
    .option('--http <address>', 'address to listen on (default 127.0.0.1:8080; any but loopback needs a token)')
    .option('--https <address>', 'address to listen on with TLS')
    .option('--cert <pem>', 'certificate for --https')
    .option('--key <pem>', 'private key for --https')
    .option('--iothub-key <base64>', 'shared access key that SAS tokens on /twins/… are checked against')
    .option('--module <name>', 'name of this module (default avaedge)')
    .option('--data <dir>', 'data folder (default ./data)')
    .option('--mqtt <url>', 'MQTT broker of the hub')
    .option('--engines <n>', 'engines in processes of their own behind this address, for more cameras (default 1)')
    .option('--config <file>', 'configuration file, see docs/ref/configuration.md')
    .action(serve);

async function serve(options: ServeOptions): Promise<void> {
  const overrides = Object.fromEntries(
    Object.entries(SETTING_OF).flatMap(([option, setting]) => {
      const value = options[option as keyof ServeOptions];
      return value === undefined ? [] : [[setting, value]];
    }),
  );
  const source = { file: options.config, overrides, overridesPlace: 'command line' };
  const loaded = loadConfig(source);
  const logs = createCategoryLogs(loaded.config);
  const log = logs.application;
  for (const note of loaded.notes) log.info(note);
  log.info({ settings: describeConfig(loaded.config) }, 'settings other than the defaults');
  const stopped = untilStopped();
  let isClosing = false;
  let serving: Serving | undefined;
  const manager = new ServiceManager({
    clock: systemClock,
    log,
    isWell: () => isClosing || serving === undefined || serving.isWell(),
  });
  try {
    serving = await startServing(loaded.config, logs);
    const { clock, reconfigure } = serving;
    serving.follow((event) => logEvent(logs.events, event));
    await serving.open();
    const urls = serving.urls();
    for (const url of urls) log.info(`listening on ${url}`);
    if (!serving.hasCameras()) suggestCamera(urls[0], log);
    const watch = watchConfig(loaded, {
      ...source,
      clock,
      onChange: ({ config, changed, needRestart }) => {
        logs.apply(config);
        reconfigure(config);
        if (changed.length > 0) log.info(`configuration: ${changed.join(', ')} changed`);
        if (needRestart.length > 0) log.warn(`configuration: ${needRestart.join(', ')} will change at the next start`);
      },
      onProblem: (error) => log.error(`the new configuration was not applied: ${error.message}`),
    });
    process.on('SIGHUP', () => watch.check());
    manager.ready();
    // Nothing else may keep it alive: no address to listen on, no live pipeline yet.
    const signal = await new KeepAlive().during(() => stopped);
    isClosing = true;
    manager.stopping();
    log.info(`${signal}: finishing clips`);
    watch.stop();
  } finally {
    await serving?.close();
    await manager.end();
  }
}

/** For somebody who has just started it and sees nothing happen. */
function suggestCamera(url: string | undefined, log: Logger): void {
  const ways = [
    ...(url
      ? [`on the page, ${url}/`, `with direct methods, POST ${url}/methods/livePipelineSet (docs/ref/methods.md)`]
      : []),
    "or end this, and 'sluice record rtsp://user:password@camera/path' does everything by itself",
  ];
  if (isatty(2)) standardError.write(`There is no camera yet. Add one:\n${ways.map((way) => `  ${way}\n`).join('')}`);
  else log.info(`there is no camera yet; add one ${ways.join('; ')}`);
}

/** Analytics events are as frequent as motion, so they are logged at level debug. */
function logEvent(log: Logger, event: EventRecord): void {
  const level = event.eventType.includes('.Analytics.') ? 'debug' : 'info';
  log[level]({ event }, event.eventType);
}
