/**
 * The engine under trial, as a program of its own: it records one clip after another, tells every event that a
 * subscriber sees, and is killed by others.
 */
import { openSync, writeSync } from 'node:fs';
import { AvaEvent, type CustomNode, Engine, type EventRecord } from '../../../../engine/index.js';
import { pipelineOf } from '../../judge/stories.js';
import type { TrialLine, TrialSettings } from './settings.js';
import { shortGate } from './short-gate.js';
import { shortSink } from './short-sink.js';
import { inputOf, pipelineName, recordsAll, topologiesOf, topologyFor } from './topology.js';

const settings = JSON.parse(process.argv[2] ?? '') as TrialSettings;
const { dataDir, cameras, pauseMs, staggerMs, seenFile, clips = Number.POSITIVE_INFINITY } = settings;
const seen = seenFile === undefined ? undefined : openSync(seenFile, 'a');

const tell = (line: TrialLine<EventRecord>): void => {
  const text = `${JSON.stringify(line)}\n`;
  if (seen !== undefined) writeSync(seen, text);
  process.stdout.write(text);
};

// Whoever started this program holds its input.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
process.stdout.on('error', () => process.kill(process.pid, 'SIGKILL'));

const engine = await Engine.open({
  dataDir,
  nodeTypes: [shortGate, shortSink],
  resume: settings.resume ?? true,
  settings: {
    'events.synchronous': settings.synchronous ?? 'normal',
    'hosts.sandbox': settings.sandbox ?? 'auto',
  },
});
const end = (): void => void engine.close().then(() => process.exit(0));
process.on('SIGTERM', end);

const made = new Map<string, number>();
const clipOf = (pipeline: string, afterMs: number): void => {
  const before = made.get(pipeline) ?? 0;
  if (before >= clips || recordsAll(settings, pipeline)) return;
  made.set(pipeline, before + 1);
  setTimeout(() => engine.deliver(inputOf(pipeline), {}, { pipeline }), afterMs);
};

const known = new Set<string>();
engine.events.subscribe({ since: engine.startSeq }, (event) => {
  tell({ event });
  const pipeline = pipelineOf(event);
  if (pipeline === undefined || settings.prepare) return;
  if (event.eventType === AvaEvent.MediaSessionEstablished && !known.has(pipeline)) {
    known.add(pipeline);
    clipOf(pipeline, pauseMs + staggerMs * cameras.findIndex((_, index) => pipelineName(index) === pipeline));
  }
  // Not for what the start has found: those clips are of an earlier run.
  if (event.eventType === AvaEvent.RecordingStopped && known.has(pipeline)) clipOf(pipeline, pauseMs);
});
tell({ ready: true });

if (settings.prepare) {
  for (const topology of topologiesOf(settings)) engine.topologies.set<CustomNode>(topology);
  for (const [index, value] of cameras.entries()) {
    const parameters = [
      { name: 'rtspUrl', value },
      { name: 'input', value: inputOf(pipelineName(index)) },
    ];
    engine.pipelines.set({
      name: pipelineName(index),
      properties: { topologyName: topologyFor(settings, pipelineName(index)), parameters },
    });
    await engine.pipelines.activate(pipelineName(index));
  }
  end();
}
