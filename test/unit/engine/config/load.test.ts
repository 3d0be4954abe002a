import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ConfigError,
  describeConfig,
  type LoadOptions,
  loadConfig,
  watchConfig,
} from '../../../../engine/config/index.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const fileOf = (text: string | Buffer): string => {
  const file = join(folder, `sluice-${count++}.yaml`);
  writeFileSync(file, text);
  return file;
};
const load = (text: string, more: LoadOptions = {}) => loadConfig({ file: fileOf(text), env: {}, ...more });
const problemsOf = (run: () => unknown) => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof ConfigError)
      return thrown.problems.map(
        ({ place, setting, message }) => `${place.replace(/^sluice-\d+\.yaml/, 'f')}: ${setting}: ${message}`,
      );
    throw thrown;
  }
  return [];
};

describe('configuration', () => {
  it('has a default for everything', () => {
    const { config, notes, files } = loadConfig({ env: {}, workingDir: folder });
    expect(config.http.address).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 8080 });
    expect(config.module).toBe('avaedge');
    expect(config.mqtt.keepAlive).toBe(30_000_000);
    expect(config.camera.ringMaximumSize).toBe(64 * 2 ** 20);
    expect([notes, files]).toEqual([[], []]);
  });

  it('takes permissions in octal, and none that would lock the engine out or were meant otherwise', () => {
    const fileMode = (text: string) => load(`media:\n  fileMode: ${text}\n`).config.media.fileMode;
    for (const text of ["'0640'", '0640', '640', "'640'"]) expect(fileMode(text), text).toBe(0o640);
    expect(load('').config.media).toMatchObject({ fileMode: 0o600, folderMode: 0o700 });
    for (const text of ['0o640', '416', "'0440'", "'1640'", "'u=rw'", '0x1a0', "'64'", "''"]) {
      expect(
        problemsOf(() => fileMode(text)),
        text,
      ).toHaveLength(1);
    }
    expect(problemsOf(() => load('media:\n  folderMode: 0600\n'))).toEqual([
      "f:2:15: media.folderMode: must be three octal digits that include 0700, such as '0700', not '0600'",
    ]);
    expect(describeConfig(load('media:\n  fileMode: 660\n').config)).toMatchObject({ 'media.fileMode': '0660' });
  });

  it('lets the command line win over the environment, that over the file, that over the default', () => {
    const text = 'module: fromFile\ndevice: fromFile\ndecodePolicy: full\n';
    const { config } = load(text, {
      env: { SLUICE_MODULE: 'fromEnv', SLUICE_DEVICE: 'fromEnv', SLUICE_EVENTS_RETENTION: '' },
      overrides: { module: 'fromCli' },
    });
    expect([config.module, config.device, config.decodePolicy]).toEqual(['fromCli', 'fromEnv', { kind: 'full' }]);
    expect(config.events.retention).toBe(7 * 86_400 * 1e6);
  });

  it('reads units', () => {
    const { config } = load('mqtt:\n  keepAlive: 5s\n  sessionExpiry: P1DT2H\nevents: {maximumSize: 1.5 GB}\n');
    expect(config.mqtt.keepAlive).toBe(5e6);
    expect(config.mqtt.sessionExpiry).toBe(26 * 3600 * 1e6);
    expect(config.events.maximumSize).toBe(1.5e9);
  });

  it('refuses unknown settings with line, column and the likely name, all at once', () => {
    const text =
      'modul: x\nhttp:\n  adress: 1.2.3.4:5\n  address: nonsense\nmqtt:\n  keepAlive: 30\n  topics: x\nhosts:\n  - a\n';
    expect(problemsOf(() => load(text))).toEqual([
      'f:1:1: modul: is not a setting; did you mean module?',
      'f:3:3: http.adress: is not a setting; did you mean http.address?',
      expect.stringContaining('f:7:11: mqtt.topics: is a section'),
      expect.stringContaining('f:9:3: hosts: is a section'),
      expect.stringContaining(
        "f:4:12: http.address: must be host:port, with brackets around an IPv6 address, or unix:/path, not 'nonsense'",
      ),
      expect.stringContaining('f:6:14: mqtt.keepAlive: must be a duration with a unit'),
    ]);
  });

  it('reports what is no YAML with its place', () => {
    expect(problemsOf(() => load('http:\n  address: "127.0.0.1:1\n'))[0]).toMatch(/^f:\d+:\d+: : /);
    expect(problemsOf(() => load('- a\n- b\n'))).toEqual(['f:1:1: : must be a list of `name: value` lines']);
    expect(problemsOf(() => load('module: a\nmodule: b\n'))[0]).toMatch(/^f:2:1: : Map keys must be unique/);
    expect(problemsOf(() => loadConfig({ file: fileOf(Buffer.from([0xff, 0xfe, 0x41])), env: {} }))[0]).toMatch(
      /file cannot be read/,
    );
    expect(problemsOf(() => loadConfig({ file: join(folder, 'absent.yaml'), env: {} }))[0]).toMatch(/ENOENT/);
  });

  it('is not led astray by aliases and inherited names', () => {
    expect(problemsOf(() => load('module: &a x\ndevice: *a\n'))).toEqual([
      'f:2:9: device: must be written out; aliases are not supported',
    ]);
    expect(problemsOf(() => load('__proto__: {a: 1}\nconstructor: x\nhttp:\n  toString: y\n'))).toHaveLength(3);
  });

  it('takes a module twin as it is', () => {
    const twin = {
      applicationDataDirectory: '/var/lib/videoanalyzer',
      ProvisioningToken: 'secret-token',
      DiagnosticsEventsOutputName: 'diagnostics',
      operationalEventsOutputName: 'operational',
      LogLevel: 'Information',
      logCategories: 'Application,Events',
      AllowUnsecuredEndpoints: 'True',
      telemetryOptOut: false,
      debugLogsDirectory: null,
    };
    const { config, notes } = load(JSON.stringify(twin));
    expect(config.dataDir).toBe('/var/lib/videoanalyzer');
    expect(config.diagnosticsEventsOutputName).toBe('diagnostics');
    expect(config.operationalEventsOutputName).toBe('operational');
    expect(config.logLevel).toBe('info');
    expect(config.logCategories).toEqual(['Application', 'Events']);
    expect(config.allowUnsecuredEndpoints).toBe(true);
    expect(notes).toEqual([
      'provisioningToken has no meaning here and is ignored',
      'telemetryOptOut has no meaning here and is ignored',
    ]);
    expect(JSON.stringify([config, notes])).not.toContain('secret-token');
  });

  it('refuses a setting under two of its names', () => {
    expect(problemsOf(() => load('dataDir: a\napplicationDataDirectory: b\n'))[0]).toMatch(
      /^f:2:1: dataDir: is set twice/,
    );
    writeFileSync(join(folder, 'token'), 'x');
    expect(load('http:\n  token: ""\n  tokenFile: token\n').config.http.token).toBe('x');
    expect(problemsOf(() => load('http:\n  token: a\n  tokenFile: b\n'))[0]).toMatch(
      /^f:3:3: http.token: is set twice/,
    );
  });

  it('reads secrets from files, beside the configuration file, and never shows them', () => {
    mkdirSync(join(folder, 'secrets'), { recursive: true });
    writeFileSync(join(folder, 'secrets', 'token'), 'hush\n');
    const { config, files } = load(
      'http: {tokenFile: secrets/token, address: "0.0.0.0:80"}\nmqtt: {url: "mqtt://u:hush@h"}\n',
      {
        env: { SLUICE_MQTT_PASSWORD: '1e5', SLUICE_MQTT_USERNAME: 'u' },
      },
    );
    expect(config.http.token).toBe('hush');
    expect(config.mqtt.password).toBe('1e5');
    expect(files[1]).toBe(join(folder, 'secrets', 'token'));
    expect(JSON.stringify(describeConfig(config))).not.toMatch(/hush|1e5/);
    expect(describeConfig(config)).toMatchObject({ 'http.token': '(set)', 'mqtt.url': 'mqtt://h' });
  });

  it('describes values as they are written', () => {
    const { config } = load('decodePolicy: FPS:7\nmqtt: {url: "mqtt://user:hu@sh@h"}\n');
    expect(describeConfig(config)).toEqual({ decodePolicy: 'fps:7', 'mqtt.url': 'mqtt://h' });
  });

  it('keeps digits in passwords as they are written', () => {
    expect(load('mqtt: {username: u, password: 0012}').config.mqtt.password).toBe('0012');
  });

  it('does not put a refused secret into the error', () => {
    const said = problemsOf(() => load('iothub: {key: "not base64 hush"}\nmqtt: {url: "http://u:hush@h"}\n'));
    expect(said).toHaveLength(1);
    expect(said.join()).not.toContain('hush');
    expect(problemsOf(() => load('iothub: {key: "not base64 hush"}\n')).join()).not.toContain('hush');
  });

  it('refuses an open door', () => {
    expect(problemsOf(() => load('http: {address: "0.0.0.0:8080"}\n'))[0]).toMatch(
      /^f:1:17: http.address: can be reached from other machines/,
    );
    expect(problemsOf(() => load('', { overrides: { 'http.address': '[::]:80' } }))[0]).toMatch(
      /^settings: http.address/,
    );
    expect(problemsOf(() => load('https: {address: "127.0.0.1:1"}\n'))[0]).toMatch(/needs https.certFile/);
    expect(problemsOf(() => load('http: {address: "[::1]:8080"}\n'))).toEqual([]);
    for (const text of ['8081', '":8081"', '127.0.0.1:8081']) {
      expect(load(`http: {address: ${text}}\n`).config.http.address).toEqual({
        kind: 'tcp',
        host: '127.0.0.1',
        port: 8081,
      });
    }
  });

  it('takes the path of a socket, from where the file is, and asks no token for it', () => {
    const { config } = load('http: {address: "unix:run/s.sock"}\nhttps: {address: ""}\n');
    expect(config.http.address).toEqual({ kind: 'unix', path: join(folder, 'run/s.sock') });
    expect(problemsOf(() => load(`http: {address: "unix:/${'x'.repeat(107)}"}\n`))[0]).toContain(
      'longer than 107 bytes',
    );
    expect(problemsOf(() => load('http: {address: "unix:"}\n'))[0]).toContain('must be host:port');
  });

  it('takes names and origins as they are written, and compares them as browsers send them', () => {
    const { http } = load(
      'http:\n  allowedHosts: [Wall.LAN, "[fd00::1]", kühe.example]\n  allowedOrigins: "https://Wall.example:443, http://a:81"\n',
    ).config;
    expect(http.allowedHosts).toEqual(['wall.lan', 'fd00::1', 'xn--khe-hoa.example']);
    expect(http.allowedOrigins).toEqual(['https://wall.example', 'http://a:81']);
    expect(load('', { env: { SLUICE_HTTP_ALLOWED_HOSTS: 'a, b' } }).config.http.allowedHosts).toEqual(['a', 'b']);
  });

  it.each([
    ['allowedHosts', '*'],
    ['allowedHosts', 'wall.lan:80'],
    ['allowedHosts', 'http://wall.lan'],
    ['allowedHosts', 'a/b'],
    ['allowedOrigins', '*'],
    ['allowedOrigins', 'null'],
    ['allowedOrigins', 'wall.example'],
    ['allowedOrigins', 'https://wall.example/'],
    ['allowedOrigins', 'https://user@wall.example'],
    ['allowedOrigins', 'file://'],
  ])('refuses %s %j', (name, value) => {
    expect(problemsOf(() => load(`http: {${name}: ["${value}"]}\n`))[0]).toMatch(
      new RegExp(`^f:1:\\d+: http.${name}: must be a list of`),
    );
  });

  it('remarks on an environment variable that looks like a setting and is none', () => {
    expect(load('', { env: { SLUICE_HTTP_ADRESS: 'x', SLUICE_FOOTAGE: 'y', PATH: 'z' } }).notes).toEqual([
      'SLUICE_HTTP_ADRESS in the environment is not a setting; did you mean SLUICE_HTTP_ADDRESS?',
    ]);
  });

  it('refuses an unknown name on the command line', () => {
    expect(problemsOf(() => load('', { overrides: { 'http.adress': 'x' } }))).toEqual([
      'settings: http.adress: is not a setting',
    ]);
  });
});

describe('watching the configuration', () => {
  const start = (text: string) => {
    const clock = new FakeClock();
    const file = fileOf(text);
    const seen: unknown[] = [];
    const watch = watchConfig(loadConfig({ file, env: {} }), {
      file,
      env: {},
      clock,
      onChange: ({ config, changed, needRestart }) => seen.push({ config, changed, needRestart }),
      onProblem: (error) => seen.push(error.message),
    });
    return { clock, file, seen, watch };
  };

  it('applies what can be applied, names what needs a restart, and holds that back', () => {
    const { clock, file, seen, watch } = start('logLevel: info\n');
    clock.advance(10_000);
    expect(seen).toEqual([]);
    writeFileSync(file, 'logLevel: debug\nmqtt: {url: "mqtt://x"}\nhttp: {address: "127.0.0.1:9"}\n');
    clock.advance(2000);
    expect(seen).toEqual([
      {
        config: expect.objectContaining({
          logLevel: 'debug',
          http: expect.objectContaining({ address: { kind: 'tcp', host: '127.0.0.1', port: 8080 } }),
        }),
        changed: ['logLevel', 'mqtt.url'],
        needRestart: ['http.address'],
      },
    ]);
    writeFileSync(file, 'logLevel: warn\nmqtt: {url: "mqtt://x"}\n# longer than before\n');
    clock.advance(2000);
    expect(seen[1]).toMatchObject({ changed: ['logLevel'], needRestart: [] });
    watch.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('goes on with what ran when the file becomes wrong or vanishes, and says so once', () => {
    const { clock, file, seen, watch } = start('logLevel: info\n');
    writeFileSync(file, 'logLevel: loud\n');
    clock.advance(2000);
    clock.advance(20_000);
    rmSync(file);
    clock.advance(2000);
    clock.advance(20_000);
    expect(seen).toEqual([expect.stringContaining('logLevel must be one of'), expect.stringContaining('ENOENT')]);
    writeFileSync(file, 'logLevel: error\n');
    watch.check();
    expect(seen[2]).toMatchObject({ changed: ['logLevel'], config: { logLevel: 'error' } });
    watch.stop();
  });

  it('follows secrets in files, swapped as orchestrators do', () => {
    const clock = new FakeClock();
    const link = join(folder, 'password');
    writeFileSync(join(folder, 'p1'), 'one');
    writeFileSync(join(folder, 'p2'), 'two');
    symlinkSync(join(folder, 'p1'), link);
    const options = { file: fileOf('mqtt: {username: u, passwordFile: password}\n'), env: {} };
    const passwords: (string | undefined)[] = [];
    const watch = watchConfig(loadConfig(options), {
      ...options,
      clock,
      onChange: ({ config }) => passwords.push(config.mqtt.password),
      onProblem: (error) => passwords.push(error.message),
    });
    rmSync(link);
    symlinkSync(join(folder, 'p2'), link);
    clock.advance(2000);
    expect(passwords).toEqual(['two']);
    watch.stop();
  });
});

describe('collections', () => {
  it('hold sections under names of the user, from every source', () => {
    const file =
      'webhooks:\n  desk-1:\n    url: https://a.example/x\n    types: [Operational.*, EventsLost]\n  two:\n    url: https://b.example\n';
    const { config } = load(file, {
      env: {
        SLUICE_WEBHOOKS_DESK_1_FORM: 'ava',
        SLUICE_WEBHOOKS_FROM_OUTSIDE_URL: 'http://127.0.0.1:9/y',
        SLUICE_WEBHOOKS_FROM_OUTSIDE_ALLOW_PLAIN_HTTP: 'true',
      },
      overrides: { 'webhooks.two.batchEvents': '7' },
    });
    expect(Object.keys(config.webhooks)).toEqual(['desk-1', 'two', 'from-outside']);
    expect(config.webhooks['desk-1']).toMatchObject({
      url: 'https://a.example/x',
      types: ['Operational.*', 'EventsLost'],
      pipelines: [],
      form: 'ava',
      timeout: 15_000_000,
    });
    expect(config.webhooks['two']).toMatchObject({ form: 'cloudevents', batchEvents: 7 });
    expect(config.webhooks['from-outside']).toMatchObject({ url: 'http://127.0.0.1:9/y', allowPlainHttp: true });
    expect(load('').config.webhooks).toEqual({});
  });

  it('refuse names and settings that are none, and empty sections', () => {
    const file =
      'webhooks:\n  Desk_1:\n    url: https://a\n  b:\n  c:\n    uri: https://a\n    url: https://a\n  d: https://a\n';
    const env = { SLUICE_WEBHOOKS_C_TIMEOUTS: 'PT1S' };
    expect(
      problemsOf(() => load(file, { env })).map((problem) => problem.replace(/url, types.* below/, '… below')),
    ).toEqual([
      'f:2:3: webhooks.Desk_1: is not a name: use lower-case letters and digits, with single dashes in between',
      'f:4:3: webhooks.b: is empty: put … below it',
      'f:6:5: webhooks.c.uri: is not a setting; did you mean webhooks.c.url?',
      'f:8:6: webhooks.d: is a section: put … below it',
    ]);
    expect(load('', { env: { SLUICE_WEBHOOKS_C_TIMEOUTS: 'PT1S' } }).notes[0]).toContain('is not a setting');
    expect(problemsOf(() => load('webhooks: [a]\n'))).toEqual([
      'f:1:11: webhooks: is a section: put names of yours below it',
    ]);
  });

  it('are compared and shown by name, without their secrets', () => {
    const url = 'https://hooks.example/T0/secret-part';
    const file = fileOf(`webhooks:\n  a:\n    url: ${url}\n  b:\n    url: ${url}\n`);
    const clock = new FakeClock();
    const loaded = loadConfig({ file, env: {} });
    expect(describeConfig(loaded.config)).toMatchObject({ 'webhooks.a.url': '(set)', 'webhooks.b.url': '(set)' });
    expect(JSON.stringify(describeConfig(loaded.config))).not.toContain('secret-part');
    const changes: string[][] = [];
    const webhooks: string[][] = [];
    const watch = watchConfig(loaded, {
      file,
      env: {},
      clock,
      onChange: ({ config, changed }) => {
        changes.push(changed);
        webhooks.push(Object.keys(config.webhooks));
      },
      onProblem: (problem) => expect(problem).toBeUndefined(),
    });
    writeFileSync(file, `webhooks:\n  b:\n    url: ${url}\n    form: ava\n  new:\n    url: ${url}\n`);
    watch.check();
    watch.stop();
    expect(changes[0]).toEqual(expect.arrayContaining(['webhooks.a.url', 'webhooks.b.form', 'webhooks.new.url']));
    expect(changes[0]).not.toContain('webhooks.b.url');
    expect(webhooks).toEqual([['b', 'new']]);
  });
});

describe('webhooks', () => {
  const problemOf = (...lines: string[]) =>
    problemsOf(() => load(`webhooks:\n  a:\n${lines.map((line) => `    ${line}\n`).join('')}`)).join();

  it('need an address to which events can be posted safely', () => {
    expect(problemOf('form: ava')).toContain('webhooks.a.url: is missing');
    expect(problemOf('url: ftp://a.example')).toContain('must be https://host/path');
    expect(problemOf('url: https://user:hunter2@a.example')).toContain('put them into authorization');
    expect(problemOf('url: http://a.example/key')).toContain('must be https');
    for (const url of ['http://localhost:8080', 'http://127.0.0.1/x', 'http://[::1]:9/x', 'https://a.example']) {
      expect([url, problemOf(`url: ${url}`)]).toEqual([url, '']);
    }
    expect(problemOf('url: http://a.example/key', 'allowPlainHttp: true')).toBe('');
    for (const url of ['http://a.example/hunter2', 'https://u:hunter2@a.example', 'hunter2']) {
      expect(problemOf(`url: ${url}`), url).not.toContain('hunter2');
    }
  });

  it('need a key that is one, and certificates in pairs', () => {
    expect(problemOf('url: https://a', 'secret: a-password')).toContain('must be base64 of 16 to 64 bytes');
    expect(problemOf('url: https://a', `secret: ${Buffer.alloc(32).toString('base64')}`)).toBe('');
    expect(problemOf('url: https://a', 'certFile: c.pem')).toContain('needs both webhooks.a.certFile');
    expect(problemOf('url: https://a', 'authorization: "a\\nb"')).toContain('must be one line');
  });
});
