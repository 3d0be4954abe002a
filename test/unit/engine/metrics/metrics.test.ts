import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineMetrics, type MetricsOptions } from '../../../../engine/metrics/metrics.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { parsePrometheus } from '../../../kit/prometheus-text.js';
import { tempDir } from '../../../kit/temp-dir.js';

const open = (options: Partial<MetricsOptions> = {}) => {
  const clock = new FakeClock();
  const metrics = new EngineMetrics({ clock, iothub: 'hub', edgeDevice: 'edge-1', ...options });
  onTestFinished(() => metrics.close());
  const read = async (name: string) => {
    const samples = parsePrometheus(await metrics.text());
    return samples.filter((sample) => sample.name === name).map(({ labels, value }) => ({ labels, value }));
  };
  return { clock, metrics, read };
};

const AVA = { iothub: 'hub', edge_device: 'edge-1', module_name: 'avaedge' };

describe('metrics', () => {
  it("has AVA's five with AVA's labels", async () => {
    const { clock, metrics, read } = open();
    metrics.pipeline('p1', 'EVR');
    const source = metrics.pipeline('p2', 'EVR').node('rtspSource');
    metrics.pipeline('p3', 'CVR');
    source.received().add(1000);
    source.received().add(500);
    source.dropped('video').add(2);
    source.latency.observe(0.1, clock.monotonic());
    source.latency.observe(0.3, clock.monotonic());
    const node = { ...AVA, pipeline_topology: 'EVR', live_pipeline: 'p2', node: 'rtspSource' };
    expect(await read('va_active_live_pipelines')).toEqual([
      { labels: { ...AVA, pipeline_topology: 'EVR' }, value: 2 },
      { labels: { ...AVA, pipeline_topology: 'CVR' }, value: 1 },
    ]);
    expect(await read('va_received_bytes_total')).toEqual([{ labels: node, value: 1500 }]);
    expect(await read('va_data_dropped_total')).toEqual([{ labels: { ...node, data_kind: 'video' }, value: 2 }]);
    expect(await read('va_cumulative_latency_seconds_average')).toEqual([{ labels: node, value: 0.2 }]);
    expect(await read('va_cumulative_latency_seconds_max')).toEqual([{ labels: node, value: 0.3 }]);
  });

  it('knows latency of the last minute only', async () => {
    const { clock, metrics, read } = open();
    const { latency } = metrics.pipeline('p', 't').node('n');
    latency.observe(5, clock.monotonic());
    clock.advance(40_000);
    latency.observe(1, clock.monotonic());
    expect((await read('va_cumulative_latency_seconds_max'))[0]?.value).toBe(5);
    clock.advance(25_000);
    expect((await read('va_cumulative_latency_seconds_max'))[0]?.value).toBe(1);
    clock.advance(60_000);
    expect(await read('va_cumulative_latency_seconds_max')).toEqual([]);
  });

  it('forgets the series of what is gone', async () => {
    const { metrics, clock } = open();
    const { node, gateOpenings, clipsFinished } = metrics.pipeline('goner', 'topology');
    node('a').received().add();
    node('b').dropped('video').add();
    node('b').latency.observe(1, clock.monotonic());
    node('b').insensitiveRatio().read = () => 0.5;
    gateOpenings.add();
    clipsFinished.add();
    const state = { connected: true, ringBytes: 1, ringSeconds: 1 };
    const camera = metrics.camera('camera-goner', () => state);
    camera.units.add();
    camera.dropped('superseded').add();
    metrics.camera('stays').units.add(3);
    expect(await metrics.text()).toContain('goner');
    metrics.removePipeline('goner');
    metrics.removeCamera('camera-goner');
    const text = await metrics.text();
    expect(text).not.toContain('goner');
    expect(text).toContain('sluice_units_total{camera="stays"} 3');
    expect(metrics.camera('camera-goner').units.value).toBe(0);
  });

  it('shows cameras, hosts, the event log and sockets as they are when it is read', async () => {
    const { metrics, read } = open({ dataDir: tempDir() });
    const state = { connected: true, ringBytes: 4096, ringSeconds: 2.5 };
    const camera = metrics.camera('front "door"\\1', () => state);
    camera.dropped('decoderBehind').add(4);
    const host = { id: 'ingest-1', role: 'ingest' as const, pid: 1, slotsUsed: 2, slots: 8, rssBytes: 100, fds: 9 };
    metrics.readFrom({
      hosts: () => [
        { ...host, restarts: 3, deaths: 2, apart: true, owners: [], decoding: { software: 3 }, cpuSeconds: 1.5 },
      ],
    });
    metrics.readFrom({ journal: () => ({ firstSeq: 1, lastSeq: 10, bytes: 500, queued: 2, lost: 1 }) });
    metrics.readFrom({
      sockets: () => ({ subscribers: 3, maxLag: 7, eventsSent: 30, bytesSent: 900, closedSlow: 1 }),
    });
    const value = async (name: string) => (await read(name))[0]?.value;
    expect((await read('sluice_ring_bytes'))[0]).toEqual({ labels: { camera: 'front \\"door\\"\\\\1' }, value: 4096 });
    expect(await value('sluice_camera_connected')).toBe(1);
    expect((await read('sluice_frames_dropped_total'))[0]?.labels['cause']).toBe('decoderBehind');
    expect(await read('sluice_host_restarts_total')).toEqual([
      { labels: { host: 'ingest-1', role: 'ingest' }, value: 3 },
    ]);
    expect(await value('sluice_host_deaths_total')).toBe(2);
    expect(await value('sluice_host_apart')).toBe(1);
    expect(await value('sluice_event_log_last_seq')).toBe(10);
    expect(await value('sluice_event_log_lost_total')).toBe(1);
    expect(await value('sluice_websocket_lag_events')).toBe(7);
    expect(await value('sluice_data_free_bytes')).toBeGreaterThan(0);
    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    metrics.decodeSeconds.observe(0.003);
    expect(await value('sluice_decode_seconds_count')).toBe(1);
  });

  it('shows the broker where there is one', async () => {
    const { metrics, read } = open();
    metrics.readFrom({ broker: () => undefined });
    expect(await metrics.text()).not.toMatch(/^sluice_mqtt_/m);
    metrics.readFrom({
      broker: () => ({
        connected: true,
        connections: 2,
        failures: 7,
        published: 50,
        acknowledged: 41,
        resent: 4,
        dropped: 3,
        lost: 6,
        inFlight: 5,
        cursor: 90,
        lag: 9,
        inputs: { delivered: 10, undelivered: 11, refused: 12 },
        methods: { received: 20, refused: 1 },
      }),
    });
    const all = (await metrics.text()).match(/^sluice_mqtt_\S+ \d+$/gm);
    expect(all).toEqual([
      'sluice_mqtt_connected 1',
      'sluice_mqtt_connections_total 2',
      'sluice_mqtt_connection_failures_total 7',
      'sluice_mqtt_events_published_total 50',
      'sluice_mqtt_events_acknowledged_total 41',
      'sluice_mqtt_events_resent_total 4',
      'sluice_mqtt_events_dropped_total 3',
      'sluice_mqtt_events_lost_total 6',
      'sluice_mqtt_events_in_flight 5',
      'sluice_mqtt_cursor_seq 90',
      'sluice_mqtt_lag_events 9',
      'sluice_mqtt_inputs_total{result="delivered"} 10',
      'sluice_mqtt_inputs_total{result="undelivered"} 11',
      'sluice_mqtt_inputs_total{result="refused"} 12',
      'sluice_mqtt_methods_total 20',
      'sluice_mqtt_methods_refused_total 1',
    ]);
    expect(await read('sluice_mqtt_lag_events')).toEqual([{ labels: {}, value: 9 }]);
  });

  it('counts what was observed in buckets that hold all below them', async () => {
    const { metrics, read } = open();
    for (const seconds of [0.0001, 0.0005, 0.003, 0.003, 99]) metrics.decodeSeconds.observe(seconds);
    const buckets = Object.fromEntries(
      (await read('sluice_decode_seconds_bucket')).map(({ labels, value }) => [labels['le'], value]),
    );
    expect(buckets).toMatchObject({ '0.0005': 2, '0.001': 2, '0.005': 4, '2.5': 4, '+Inf': 5 });
    expect((await read('sluice_decode_seconds_sum'))[0]?.value).toBeCloseTo(99.0066);
    expect((await read('sluice_decode_seconds_count'))[0]?.value).toBe(5);
  });

  it('goes on without the disk when that is gone', async () => {
    const { metrics, read } = open({ dataDir: '/nonexistent/folder' });
    expect(await read('sluice_data_free_bytes')).toEqual([]);
    expect(await metrics.text()).toContain('process_open_fds');
  });

  it('tells everybody who looks within a second how late the main thread has been', async () => {
    const { clock, read } = open();
    const lag = async () => (await read('nodejs_eventloop_lag_p99_seconds'))[0]!.value;
    // The timer that measures is due before this one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const first = await lag();
    expect(first).toBeGreaterThan(0.01);
    clock.advance(999);
    expect(await lag()).toBe(first);
    clock.advance(2);
    expect(await lag()).not.toBe(first);
  });

  it('shows a series anew as soon as its value changes', async () => {
    const { metrics, read } = open();
    const { units } = metrics.camera('a');
    for (const value of [0, 5, 5, 7]) {
      units.value = value;
      expect((await read('sluice_units_total'))[0]?.value).toBe(value);
    }
  });

  it('lets several engines live in one process', async () => {
    const one = open();
    const two = open();
    one.metrics.camera('a').units.add();
    expect(await two.read('sluice_units_total')).toEqual([]);
  });
});
