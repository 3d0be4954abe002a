import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { BINDING } from '../../bridge/index.js';
import type { Finding } from '../../engine/doctor/finding.js';
import { type ServedEngine, serveEngine } from '../kit/served-engine.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/engine/cli/main.js');

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(command, args, options, (error, out, err) => done({ code: Number(error?.code ?? 0), out, err }));
  });
const doctor = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, [CLI, 'doctor', ...args], env);

/** What was found, by what it is. */
const findingsOf = async (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Record<string, Finding>> => {
  const { out } = await doctor(['--json', ...args], env);
  return Object.fromEntries((JSON.parse(out) as Finding[]).map((finding) => [finding.what, finding]));
};

const NATIVE = ['SQLite driver', "GStreamer's binding", 'decoder', 'clip'];

it('loads both native modules, opens a decoder and writes a clip', async () => {
  const found = await findingsOf(['--data', tempDir()]);
  for (const what of NATIVE) expect(found[what], what).toMatchObject({ verdict: 'good' });
});

it("says in the loader's words what keeps media hosts from starting", async () => {
  const libraries = join(tempDir(), 'lib');
  mkdirSync(libraries);
  // Hosts run as another user.
  chmodSync(join(libraries, '..'), 0o755);
  writeFileSync(
    join(libraries, 'libgstreamer-1.0.so.0'),
    'no library at all, though it is long enough for the head of one'.repeat(9),
  );
  const found = await findingsOf(['--data', tempDir()], { LD_LIBRARY_PATH: libraries });
  expect(found['SQLite driver']).toMatchObject({ verdict: 'good' });
  for (const what of ["GStreamer's binding", 'decoder']) {
    expect(found[what]).toMatchObject({
      verdict: 'bad',
      detail: expect.stringMatching(/libgstreamer-1\.0\.so\.0: invalid ELF header/),
    });
  }
  expect(found["GStreamer's binding"]?.mend).toMatch(/npm rebuild gstreamer-superficial/);
});

/** The program, installed where the GStreamer binding could not be compiled. */
const withoutBinding = (): string => {
  const folder = tempDir();
  chmodSync(folder, 0o755);
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== BINDING) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  const binding = join(ROOT, 'node_modules', BINDING);
  const isSource = (path: string): boolean => path !== join(binding, 'build');
  cpSync(binding, join(modules, BINDING), { recursive: true, filter: isSource });
  return join(folder, 'dist/engine/cli/main.js');
};

it('says that the binding was not compiled, and so does an engine that is to start', async () => {
  const cli = withoutBinding();
  const { code, out } = await run(process.execPath, [cli, 'doctor', '--data', tempDir()]);
  expect(code).toBe(1);
  expect(out).toMatch(/FAIL {2}GStreamer's binding: .*its native part was not compiled\n.*sluice setup.*npm rebuild/);
  expect(out).toMatch(/FAIL {2}decoder: /);
  const started = await run(process.execPath, [cli, 'serve', '--data', tempDir(), '--http', '127.0.0.1:0']);
  expect(started.code).not.toBe(0);
  expect(started.err).toMatch(/gstreamer-superficial is not there \[BindingMissing\]\n.*npx sluice setup/);
});

/** Each is planted once; none may be in an archive. */
const PLANTED = {
  token: 'planted-http-token',
  brokerUser: 'planted-broker-user',
  brokerPassword: 'planted-broker-password',
  iothub: Buffer.from('planted-iothub-key').toString('base64'),
  user: 'planted-user',
  password: 'planted p@ss/word',
  defaulted: 'planted-default',
  header: 'planted-header',
  query: 'planted-query',
  inUrl: 'planted-url-password',
  message: 'planted-message',
  environment: 'planted-environment',
  logged: 'planted-logged-cookie',
};

const TOPOLOGY = {
  '@apiVersion': '1.1',
  name: 'planted',
  properties: {
    parameters: [
      { name: 'rtspUrl', type: 'String' },
      { name: 'rtspPassword', type: 'SecretString', default: PLANTED.defaulted },
    ],
    sources: [
      {
        '@type': '#Microsoft.VideoAnalyzer.RtspSource',
        name: 'camera',
        endpoint: {
          '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
          url: '${rtspUrl}',
          credentials: {
            '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
            username: PLANTED.user,
            password: '${rtspPassword}',
          },
        },
      },
      { '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSource', name: 'hub', hubInputName: 'go' },
    ],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.HttpExtension',
        name: 'http',
        endpoint: {
          '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
          url: 'http://127.0.0.1:9/score',
          credentials: {
            '@type': '#Microsoft.VideoAnalyzer.HttpHeaderCredentials',
            headerName: 'x-api',
            headerValue: PLANTED.header,
          },
        },
        image: { format: { '@type': '#Microsoft.VideoAnalyzer.ImageFormatJpeg' } },
        inputs: [{ nodeName: 'camera' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
        name: 'gate',
        ...{ activationEvaluationWindow: 'PT0S', activationSignalOffset: 'PT0S' },
        ...{ minimumActivationTime: 'PT10S', maximumActivationTime: 'PT10S' },
        inputs: [{ nodeName: 'hub' }, { nodeName: 'camera' }],
      },
    ],
    sinks: [
      {
        '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
        name: 'out',
        hubOutputName: 'out',
        inputs: [{ nodeName: 'http' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.FileSink',
        name: 'file',
        ...{ baseDirectoryPath: '/var/media', fileNamePattern: 'a-${System.Runtime.DateTime}', maximumSizeMiB: '512' },
        inputs: [{ nodeName: 'gate' }],
      },
    ],
  },
};

const plantedEngine = async (dataDir: string, configFile: string): Promise<ServedEngine> => {
  writeFileSync(
    configFile,
    `http:\n  token: ${PLANTED.token}\niothub:\n  key: ${PLANTED.iothub}\n` +
      `mqtt:\n  url: mqtt://127.0.0.1:9\n  username: ${PLANTED.brokerUser}\n  password: ${PLANTED.brokerPassword}\n`,
  );
  const engine = await serveEngine(dataDir, '--config', configFile);
  onTestFinished(() => engine.kill());
  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${PLANTED.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${engine.urls[0]}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status, `${path}: ${await answer.clone().text()}`).toBeLessThan(300);
  };
  await post('/methods/pipelineTopologySet', TOPOLOGY);
  const rtspUrl = `rtsp://someone:${PLANTED.inUrl}@127.0.0.1:9/live?password=${PLANTED.query}`;
  await post('/methods/livePipelineSet', {
    ...{ '@apiVersion': '1.1', name: 'door' },
    properties: {
      topologyName: 'planted',
      parameters: [
        { name: 'rtspUrl', value: rtspUrl },
        { name: 'rtspPassword', value: PLANTED.password },
      ],
    },
  });
  await post('/methods/livePipelineActivate', { '@apiVersion': '1.1', name: 'door' });
  await post('/inputs/go', { note: PLANTED.message });
  await until('the camera is told to be away', () => engine.log().includes('NetworkError'), 60_000);
  return engine;
};

const contentOf = async (archive: string): Promise<string> => (await run('unzip', ['-p', archive])).out;

it('puts together what others need to help, and no secret, beside an engine and without one', async () => {
  const dataDir = join(tempDir(), 'data');
  const [config, log] = [join(tempDir(), 'sluice.yaml'), join(tempDir(), 'engine.log')];
  const engine = await plantedEngine(dataDir, config);
  const port = new URL(engine.urls[0]!).port;
  writeFileSync(
    log,
    `${engine.log()}\nGET /x\nCookie: session=${PLANTED.logged}\n{"msg":"x","headers":{"authorization":"Bearer ${PLANTED.token}"}}\n`,
  );
  const env = { CAMERA_PASSWORD: PLANTED.environment, SLUICE_HTTP_ADDRESS: `127.0.0.1:${port}` };
  const bundle = (file: string) =>
    doctor(['--data', dataDir, '--config', config, '--log', log, '--bundle', join(dataDir, '..', file)], env);

  const first = await bundle('with.zip');
  expect(first.err).toMatch(/with\.zip: \d+ bytes/);
  expect((await engine.end()).code).toBe(0);
  await bundle('without.zip');
  for (const file of ['with.zip', 'without.zip']) {
    const archive = join(dataDir, '..', file);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    expect((await run('unzip', ['-tq', archive])).code).toBe(0);
    const content = await contentOf(archive);
    for (const [what, secret] of Object.entries(PLANTED)) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        expect(content.includes(form), `${what} in ${file}`).toBe(false);
      }
    }
    // What is to be in it.
    for (const part of [
      '"planted"',
      '"door"',
      'rtsp://127.0.0.1:9/live',
      'NetworkError',
      '"http.token": "…"',
      'SQLite driver',
      'listening on',
      'InputReceived',
    ]) {
      expect(content, `${part} in ${file}`).toContain(part);
    }
  }
  expect(await contentOf(join(dataDir, '..', 'with.zip'))).toMatch(/^sluice_connect_attempts_total/m);
  expect(await contentOf(join(dataDir, '..', 'without.zip'))).toMatch(/No engine answers/);
  // Nothing is overwritten.
  expect((await bundle('with.zip')).err).toMatch(/\[OutputExists\]/);
});

it('says what is wrong with the settings, without their secrets', async () => {
  const config = join(tempDir(), 'sluice.yaml');
  writeFileSync(config, `http:\n  token: ${PLANTED.token}\n  adress: 1\n`);
  const { code, out } = await doctor(['--data', tempDir(), '--config', config]);
  expect(code).toBe(1);
  expect(out).toMatch(/FAIL {2}settings: .*adress/);
  expect(out).not.toContain(PLANTED.token);
  expect(out).toMatch(/data folder/);
  // Which folder it is, these settings would say.
  expect((await doctor(['--config', config])).out).not.toMatch(/data folder/);
});
