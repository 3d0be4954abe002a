import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Engine, type EngineOptions, loadConfig, startService } from '../../engine/index.js';
import { tempDir } from '../kit/temp-dir.js';

/** As a caller in plain JavaScript, whom no compiler stops. */
// biome-ignore lint/suspicious/noExplicitAny: that is the point
type Plain = any;

const refusal = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    const { name, code, message, hint = '' } = error as Plain;
    return [name, code, message, hint].join(' | ');
  }
  return 'accepted';
};

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-test-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

describe('Engine.open', () => {
  it.each<[Plain, RegExp]>([
    [undefined, /ArgumentInvalid \| Engine.open: options must be an object, not nothing/],
    ['./data', /options must be an object, not "\.\/data"/],
    [{}, /options\.dataDir must be a string that is not empty, not nothing/],
    [{ dataDir: 7 }, /options\.dataDir must be a string that is not empty, not 7/],
    [{ dataDir, dataDirectory: 'x' }, /options has no property 'dataDirectory'; it takes dataDir, settings/],
    [{ dataDir, settings: { decodePolcy: 'full' } }, /ConfigInvalid \| settings: decodePolcy is not a setting/],
    [{ dataDir, settings: { decodePolicy: 'often' } }, /ConfigInvalid \| settings: decodePolicy must be/],
    [{ dataDir, settings: { decodePolicy: {} } }, /options\.settings\['decodePolicy'\] must be a string, a number/],
    [
      { dataDir, config: { http: {} } },
      /options\.config\.module is missing: it must be the config that loadConfig returns/,
    ],
    [{ dataDir, log: console.log }, /options\.log must be a logger with the methods trace, debug/],
    [{ dataDir, onError: 'stderr' }, /options\.onError must be a function, not "stderr"/],
    [{ dataDir, resume: 'no' }, /options\.resume must be true or false, not "no"/],
    [
      { dataDir, config: loadConfig({ env: {} }).config, settings: {} },
      /settings cannot be given together with config/,
    ],
  ])('refuses %j', async (options, expected) => {
    const said = await refusal(() => Engine.open(options));
    expect(said).toMatch(expected);
    expect(said).not.toMatch(/command line| --\w/);
  });

  it('refuses a folder that is open already, also in this process', async () => {
    const engine = await Engine.open({ dataDir });
    onTestFinished(() => engine.close());
    const said = await refusal(() => Engine.open({ dataDir }));
    expect(said).toMatch(/DataDirInUse \| another engine \(process \d+\) is using this data folder/);
    expect(said).not.toMatch(/ --\w/);
    // Refused, it has left the other alone.
    expect(engine.readiness().ready).toBe(true);
  });

  it('takes undefined for what is left out', async () => {
    const options: EngineOptions = {
      dataDir,
      settings: undefined,
      log: undefined,
      onError: undefined,
      resume: undefined,
    };
    await (await Engine.open(options)).close();
  });
});

describe('an open engine', () => {
  let engine: Plain;
  beforeAll(async () => {
    engine = await Engine.open({ dataDir: join(dataDir, 'open') });
  });
  afterAll(() => engine.close());

  it.each<[string, (engine: Plain) => unknown, RegExp]>([
    ['subscribe without options', (e) => e.events.subscribe(), /events\.subscribe: options must be an object/],
    ['a handler that is none', (e) => e.events.subscribe({}, 'x'), /subscribe: handler must be a function, not "x"/],
    [
      'since -1',
      (e) => e.events.subscribe({ since: -1 }, () => {}),
      /options\.since must be a whole number, at least 0, not -1/,
    ],
    ['since NaN', (e) => e.events.subscribe({ since: Number.NaN }, () => {}), /options\.since must be .*, not NaN/],
    [
      'an unknown filter',
      (e) => e.events.subscribe({ types: 'x' }, () => {}),
      /options has no property 'types'; it takes pipeline, type/,
    ],
    ['a loop since "0"', (e) => e.events.read({ since: '0' }), /events\.read: options\.since must be .*, not "0"/],
    [
      'a signal that is none',
      (e) => e.events.read({ signal: {} }),
      /options\.signal must be an AbortSignal, not an object/,
    ],
    [
      'a topology that is none',
      (e) => e.topologies.set(undefined),
      /PipelineValidationError \| nothing must be an object/,
    ],
    [
      'a pipeline that is none',
      (e) => e.pipelines.set(undefined),
      /PipelineValidationError \| nothing must be an object/,
    ],
    [
      'a name that is none',
      (e) => e.pipelines.activate(),
      /pipelines\.activate: name must be a string that is not empty/,
    ],
    ['a limit of 0', (e) => e.clips.list({ limit: 0 }), /query\.limit must be a whole number from 1 to 1000, not 0/],
    [
      'a range the wrong way round',
      (e) => e.clips.list({ range: { startUtc: 2, endUtc: 1 } }),
      /query\.range\.endUtc must not be before/,
    ],
    ['half a range', (e) => e.clips.list({ range: { startUtc: 2 } }), /query\.range\.endUtc must be a whole number/],
    ['dates', (e) => e.clips.list({ from: new Date() }), /query has no property 'from'/],
    ['a token of nowhere', (e) => e.clips.list({ continuationToken: 'x' }), /ContinuationTokenInvalid/],
    ['a clip by number', (e) => e.clips.get(7), /clips\.get: id must be a string/],
    ['a movie without range', (e) => e.exports.movie('front'), /exports\.movie: range must be an object/],
    [
      'a picture of width NaN',
      (e) => e.pictures.snapshot('a', { width: Number.NaN }),
      /options\.width must be a whole number from 16/,
    ],
    ['an input that is none', (e) => e.deliver(), /engine\.deliver: input must be a string/],
    ['an unknown target', (e) => e.deliver('a', 1, { pipelines: [] }), /target has no property 'pipelines'/],
    ['half a configuration', (e) => e.reconfigure({}), /engine\.reconfigure: config\.module is missing/],
    ['a camera without URL', (e) => e.cameras.add('a'), /cameras\.add: url must be a string/],
    [
      'a camera at http',
      (e) => e.cameras.add('a', 'http://b'),
      /EndpointUrlInvalid \| the URL of the camera has the scheme 'http'/,
    ],
    [
      'a camera without a name',
      (e) => e.cameras.add('a b', 'rtsp://b'),
      /PipelineValidationError \| \/name: "a b" must have/,
    ],
    ['a camera that was not added', (e) => e.cameras.added('a'), /CameraNotFound/],
    ['a service of nothing', () => (startService as Plain)(), /engine must be what Engine.open resolves with/],
    [
      'a service of half a configuration',
      (e) => (startService as Plain)(e, {}),
      /startService: config\.module is missing/,
    ],
  ])('refuses %s', async (_what, work, expected) => {
    const before = engine.topologies.list().length;
    const said = await refusal(() => work(engine));
    expect(said).toMatch(expected);
    expect(said).toMatch(/^SluiceError|^ConfigError/);
    expect(said).not.toMatch(/command line| --\w/);
    expect(engine.topologies.list().length).toBe(before);
  });

  it('shows nothing that is internal', () => {
    const shown = new Set<string>();
    for (let of = engine; of !== Object.prototype; of = Object.getPrototypeOf(of)) {
      for (const name of Object.getOwnPropertyNames(of)) shown.add(name);
    }
    for (const name of ['journal', 'secret', 'nodeTable', 'clock', 'log', 'archive', 'playback']) {
      expect(shown).not.toContain(name);
    }
    expect(Object.keys(engine.metrics)).toEqual(['text']);
  });

  it('says that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const overrides = { 'http.address': `127.0.0.1:${port}` };
    const said = await refusal(() => startService(engine, loadConfig({ env: {}, overrides }).config));
    expect(said).toContain(`SluiceError | AddressInUse | another program listens on 127.0.0.1:${port}`);
  });
});

describe('an engine that was closed', () => {
  it('says so in every method', async () => {
    const engine: Plain = await Engine.open({ dataDir: tempDir() });
    const added = await engine.cameras.add('away', 'rtsp://127.0.0.1:1/none');
    let ended = 0;
    void engine.events
      .subscribe({}, () => {})
      .ended.then(() => {
        ended += 1;
      });
    await engine.close();
    await engine.close();
    const said: string[] = [];
    const parts = [
      'topologies',
      'pipelines',
      'cameras',
      'events',
      'clips',
      'recordings',
      'exports',
      'pictures',
      'motionHistory',
      'metrics',
    ];
    for (const part of parts) {
      for (const name of Object.keys(engine[part])) said.push(await refusal(() => engine[part][name]()));
    }
    for (const name of ['state', 'info', 'snapshot', 'remove']) said.push(await refusal(() => added[name]()));
    for (const name of ['deliver', 'stats', 'reconfigure']) said.push(await refusal(() => engine[name]()));
    said.push(await refusal(() => startService(engine)));
    expect(said.length).toBeGreaterThan(35);
    expect(
      said.filter((each) => !/^SluiceError \| EngineClosing \| \S+: the engine is closed, or closing/.test(each)),
    ).toEqual([]);
    // A direct method answers in AVA's form.
    expect(await engine.invoke('livePipelineList', {})).toMatchObject({ status: 503 });
    expect(engine.readiness()).toMatchObject({ ready: false, checks: { engine: 'closing' } });
    expect(ended).toBe(1);
  });

  it('gives subscriptions its last event', async () => {
    const engine = await Engine.open({ dataDir: tempDir() });
    const seen: string[] = [];
    engine.events.subscribe({ since: engine.startSeq }, ({ eventType }) => seen.push(eventType));
    await engine.close();
    expect(seen).toEqual(['Sluice.Operational.EngineStarted', 'Sluice.Operational.EngineStopped']);
  });
});
