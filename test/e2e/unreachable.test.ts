import { afterEach, describe, expect, it } from 'vitest';
import { isNamed, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { type FakeRtspServer, startFakeRtspServer } from '../kit/fake-rtsp-server.js';
import { pause } from '../kit/pauses.js';
import { parsePrometheus } from '../kit/prometheus-text.js';

/** How long to watch at least; longer by hand, to see what it costs. */
const SECONDS = Number(process.env['SLUICE_TEST_UNREACHABLE_SECONDS'] ?? 0);
/** All have been tried once by then, and the silent ones given up. */
const LATEST_SECONDS = SECONDS + 45;
const LIMIT = 10;

describe('fifty cameras that cannot be reached', () => {
  let test: TestEngine | undefined;
  let deaf: FakeRtspServer | undefined;

  afterEach(async () => {
    await test?.remove();
    await deaf?.close();
    test = undefined;
    deaf = undefined;
  });

  it(
    'are tried no faster than the limit, each is told of once, and stopping is quick',
    async () => {
      // It takes every connection and answers none: an attempt lasts until we give up.
      deaf = await startFakeRtspServer({ answers: { DESCRIBE: { kind: 'hang' }, OPTIONS: { kind: 'hang' } } });
      const closed = await startFakeRtspServer();
      const refusing = closed.port;
      await closed.close();
      test = await openTestEngine();
      const { engine } = test;
      const topology = motionToFiles();
      engine.topologies.set(topology);
      const cpu = process.cpuUsage();
      const began = performance.now();
      for (let index = 0; index < 50; index++) {
        const port = index % 2 ? deaf.port : refusing;
        engine.pipelines.set(
          livePipeline(`camera${index}`, topology.name, { rtspUrl: `rtsp://127.0.0.1:${port}/${index}` }),
        );
        await engine.pipelines.activate(`camera${index}`);
      }
      const attempts = async (): Promise<number> =>
        parsePrometheus(await engine.metrics.text())
          .filter((sample) => sample.name === 'sluice_connect_attempts_total')
          .reduce((sum, sample) => sum + sample.value, 0);
      // Attempts per second over windows as long as they really were: a busy machine stretches them.
      const rates: number[] = [];
      const told = () => new Set(test?.named('NetworkError').map((event) => event.subject)).size;
      const over = () => performance.now() - began >= (told() < 50 ? LATEST_SECONDS : SECONDS) * 1_000;
      for (let before = 0, at = began; !over(); ) {
        await pause(1_000);
        const [so, now] = [await attempts(), performance.now()];
        rates.push((so - before) / Math.max(1, (now - at) / 1000));
        [before, at] = [so, now];
      }
      const elapsed = (performance.now() - began) / 1000;
      expect(Math.max(...rates)).toBeLessThanOrEqual(LIMIT + 1);
      expect(deaf.accepted).toBeGreaterThanOrEqual(25);
      expect(await attempts()).toBeLessThanOrEqual(LIMIT * elapsed + 1);
      const errors = test.named('NetworkError');
      const subjects = errors.map((event) => event.subject);
      expect(new Set(subjects).size).toBe(50);
      expect(subjects.length).toBe(new Set(subjects).size);
      expect(errors.every((event) => Number(event.data['retryInSeconds']) >= 0)).toBe(true);
      expect(test.events.filter((event) => isNamed(event, 'MediaSessionEstablished'))).toEqual([]);
      const used = process.cpuUsage(cpu);
      const stopping = performance.now();
      await test.close();
      const stopMs = performance.now() - stopping;
      expect(stopMs).toBeLessThan(5_000);
      console.log(
        `${elapsed.toFixed(0)} s: ${deaf.accepted} attempts at the silent half, at most ${Math.max(...rates).toFixed(1)} a second, ` +
          `${((used.user + used.system) / 1e4 / elapsed).toFixed(1)} % of a core, stopped in ${stopMs.toFixed(0)} ms`,
      );
    },
    (LATEST_SECONDS + 45) * 1_000,
  );
});
