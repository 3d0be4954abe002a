/**
 * Logic outside of the engine: it reads what was found in the pictures, decides, and opens the gate of the pipeline.
 *
 *   node dist/examples/logic/main.js --objects person,truck [--minimum-confidence 0.5] [--server http://127.0.0.1:8080]
 *
 * `topology.json` beside it is the pipeline. A token of the server is taken from the environment, SLUICE_HTTP_TOKEN.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { WebSocket } from 'ws';

interface InferenceEvent {
  readonly seq: number;
  readonly eventTime: string;
  readonly subject: string;
  readonly data: { readonly inferences?: readonly Inference[] };
}
interface Inference {
  readonly entity?: { readonly tag?: { readonly value: string; readonly confidence?: number } };
}

const options = new Command('logic')
  .description('Opens the gate of a pipeline when an inference server has found something.')
  .requiredOption('--objects <list>', 'what is worth a recording, such as person,truck')
  .option('--minimum-confidence <n>', 'how sure the server must be, from 0 to 1', Number, 0.5)
  .option('--server <url>', 'where the engine is', 'http://127.0.0.1:8080')
  .option('--input <name>', 'input of the pipeline that opens its gate', 'recordingTrigger')
  .parse()
  .opts<{ objects: string; minimumConfidence: number; server: string; input: string }>();
const objects = new Set(options.objects.split(',').map((name) => name.trim()));
const token = process.env['SLUICE_HTTP_TOKEN'];
const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};

/** A message keeps a gate open for seconds, so one for each picture would say nothing more. */
const QUIET_MS = 4_000;
const told = new Map<string, number>();

async function decide({ subject, eventTime, data }: InferenceEvent): Promise<void> {
  const tags = (data.inferences ?? []).flatMap(({ entity }) => entity?.tag ?? []);
  const seen = tags.find(({ value, confidence = 1 }) => objects.has(value) && confidence >= options.minimumConfidence);
  const [, pipeline = ''] = /\/livePipelines\/([^/]+)/.exec(subject) ?? [];
  if (!seen || Date.now() - (told.get(pipeline) ?? 0) < QUIET_MS) return;
  told.set(pipeline, Date.now());
  // The pipeline is named: another may listen to the same input.
  const url = new URL(`/inputs/${options.input}?pipeline=${encodeURIComponent(pipeline)}`, options.server);
  const body = JSON.stringify({ object: seen.value, confidence: seen.confidence });
  const { status } = await fetch(url, { method: 'POST', body, headers });
  console.log(`${eventTime} ${pipeline}: ${seen.value} ${seen.confidence?.toFixed(2)}, gate told (${status})`);
}

/** After the connection was lost it goes on where it was, so that nothing is missed. */
let since: number | undefined;
for (;;) {
  const url = new URL(`/events?type=Inference${since === undefined ? '' : `&since=${since}`}`, options.server);
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), { headers });
  socket.on('open', () => console.log(`listening to ${options.server} for ${[...objects].join(', ')}`));
  socket.on('message', (message) => {
    const event = JSON.parse(String(message)) as InferenceEvent;
    since = event.seq ?? since;
    decide(event).catch((error: Error) => console.error(`the gate could not be told: ${error.message}`));
  });
  socket.on('error', ({ message }) => console.error(message));
  await new Promise((resolve) => socket.once('close', resolve));
  await pause(1_000);
}
