/** A small program as somebody writes it who has installed the package: an engine, a camera that is away, an event, the end. */
import { Engine, SluiceError } from 'sluice';

const engine = await Engine.open({ dataDir: process.argv[2] ?? './data', settings: { logLevel: 'silent' } });
try {
  const camera = await engine.cameras.add('yard', 'rtsp://127.0.0.1:1/stream', { record: 'continuous' });
  for await (const { seq, eventType } of engine.events.read({ since: engine.startSeq })) {
    console.log(seq, eventType);
    if (eventType.endsWith('.NetworkError')) break;
  }
  console.log(camera.name, camera.state(), camera.clips.list().value.length);
  await camera.remove();
  engine.cameras.get('yard');
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.log(error.code);
} finally {
  await engine.close();
}
