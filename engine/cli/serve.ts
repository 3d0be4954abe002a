import { isatty } from 'node:tty';
import { Command } from 'commander';
import { describeConfig } from '../config/index.js';
import { loadConfig, watchConfig } from '../configuration.js';
import { KeepAlive } from '../core/keep-alive.js';
import type { Logger } from '../core/log.js';
import { Engine } from '../engine.js';
import type { EventRecord } from '../events/types.js';
import { createCategoryLogs } from '../log/categories.js';
import { standardError } from '../log/standard-error.js';
import { partsOf } from '../parts-of.js';
import { startService } from '../service.js';
import { untilStopped } from './exit.js';
import { ServiceManager, takesEvents } from './service-manager.js';

interface ServeOptions {
  http?: string;
  https?: string;
  cert?: string;
  key?: string;
  iothubKey?: string;
  module?: string;
  data?: string;
  mqtt?: string;
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
  const { mediaPipeline: mediaPipelineLog } = logs;
  const engine = await Engine.open({ dataDir: loaded.config.dataDir, config: loaded.config, log, mediaPipelineLog });
  const { clock, journal } = partsOf(engine);
  let isClosing = false;
  const manager = new ServiceManager({ clock, log, isWell: () => isClosing || takesEvents(journal) });
  engine.events.subscribe({ since: engine.startSeq }, (event) => logEvent(logs.events, event));
  try {
    const service = await startService(engine);
    for (const url of service.urls) log.info(`listening on ${url}`);
    if (engine.pipelines.list().length === 0) suggestCamera(service.urls[0], log);
    const watch = watchConfig(loaded, {
      ...source,
      clock,
      onChange: ({ config, changed, needRestart }) => {
        logs.apply(config);
        engine.reconfigure(config);
        service.reconfigure(config);
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
    await service.close();
  } finally {
    await engine.close();
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
