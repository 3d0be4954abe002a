import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { livePipeline } from '../kit/evr.js';
import { sendJson, startServer } from '../kit/inference-servers/http/server.js';
import { noDetector } from '../kit/inference-servers/sluice-infer.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { type ServedEngine, serveEngine } from '../kit/served-engine.js';
import { tempFolder } from '../kit/temp-files.js';
import { until } from '../kit/until.js';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = tempFolder();
let camera: TestCamera | undefined;
let engine: ServedEngine | undefined;
let logic: ChildProcess | undefined;

afterAll(async () => {
  logic?.kill('SIGKILL');
  engine?.kill();
  await camera?.stop();
  folder.remove();
});

const found = (value: string, confidence: number) => ({
  type: 'entity',
  subtype: 'objectDetection',
  entity: { tag: { value, confidence }, box: { l: 0.1, t: 0.1, w: 0.2, h: 0.2 } },
});

interface Told {
  eventType: string;
  data: { actualPreRoll?: string; preRollTruncated?: boolean };
}

it('the example of external logic opens the gate for what is worth it, with seconds before, and for nothing else', async () => {
  camera = await startCamera({ scenes: ['quiet'], gop: 1 });
  engine = await serveEngine(folder.path);
  const [url] = engine.urls as [string];
  const inference = await startServer((response) => sendJson(response, { inferences: [found('dog', 0.9)] }));
  const topology = JSON.parse(readFileSync(resolve(ROOT, 'examples/logic/topology.json'), 'utf8')) as { name: string };
  const said = async (type: string): Promise<Told[]> =>
    ((await (await fetch(`${url}/events?type=${type}&since=0`)).json()) as { value: Told[] }).value;

  const program = resolve(ROOT, 'dist/examples/logic/main.js');
  let text = '';
  logic = spawn(process.execPath, [program, '--server', url, '--objects', 'cat, person'], { stdio: 'pipe' });
  for (const stream of [logic.stdout!, logic.stderr!]) stream.on('data', (chunk) => (text += chunk));
  await until('it listens', () => text.includes('listening'));

  await engine.call('pipelineTopologySet', { '@apiVersion': '1.1', ...topology });
  const parameters = { rtspUrl: camera.url, inferencingUrl: `${inference.url}/score` };
  await engine.call('livePipelineSet', { '@apiVersion': '1.1', ...livePipeline('yard', topology.name, parameters) });
  expect(await engine.call('livePipelineActivate', { '@apiVersion': '1.1', name: 'yard' })).toMatchObject({
    status: 200,
  });
  await until('pictures are asked about', () => inference.arrived.length > 5);
  const asked = performance.now();
  inference.answer = (response) => sendJson(response, { inferences: [found('person', 0.3)] });
  const before = inference.arrived.length;
  await until('and further ones', () => inference.arrived.length > before + 3);
  expect(text).not.toContain('gate told');
  await until('there are more than 5 s to record from before it', () => performance.now() - asked > 7000);

  inference.answer = (response) => sendJson(response, { inferences: [found('dog', 0.9), found('person', 0.8)] });
  await until('the gate is told', () => /yard: person 0\.80, gate told \(200\)/.test(text));
  await expect.poll(() => said('RecordingStarted'), { timeout: 30_000 }).toHaveLength(1);
  const [started] = await said('RecordingStarted');
  expect(started!.data.preRollTruncated).toBe(false);
  expect(Number(/^PT([\d.]+)S$/.exec(started!.data.actualPreRoll ?? '')?.[1])).toBeGreaterThanOrEqual(5);
}, 120_000);

describe.skipIf(noDetector)(`the demo with --infer${noDetector ? ` (${noDetector})` : ''}`, () => {
  it('records a sign that is held up', async () => {
    const program = resolve(ROOT, 'dist/examples/demo/main.js');
    let text = '';
    const demo = spawn(process.execPath, [program, '--infer', '--once', '--data', `${folder.path}/demo`]);
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk) => (text += chunk));
    const code = await new Promise((done) => demo.once('close', done));
    expect(text).toMatch(/seen: .*stop sign/);
    expect(text).toMatch(/clip ready: .*\.mp4/);
    expect(code).toBe(0);
  }, 150_000);
});
