import type { HostStats } from '../../bridge/types.js';
import { readAll, readOne } from './metric-families.js';
import type { MetricRegistry } from './metric-text.js';
import type {
  BrokerStats,
  MetricSources,
  SocketStats,
  StateStats,
  StreamStats,
  WebhookFigures,
} from './metric-types.js';

/** Metrics whose values other parts keep: bridge hosts, the event log, event sockets, the broker. */
export const registerSources = (registry: MetricRegistry, sources: () => MetricSources): void => {
  registerHosts(registry, sources);
  readAll(
    'gauge',
    registry,
    'sluice_headroom_cameras',
    'Estimate of how many more cameras of the same kind would fit, by what would be used up. The least counts.',
    () => Object.entries(sources().headroom?.() ?? {}).map(([limit, value]) => ({ labels: { limit }, value })),
  );
  registerEventLog(registry, sources);
  registerDataFolder(registry, sources);
  registerSockets(registry, sources);
  registerBroker(registry, sources);
  registerWebhooks(registry, sources);
  readOne(
    'counter',
    registry,
    'sluice_log_lines_dropped_total',
    'Lines of the log that were dropped: nobody read it, or the logger failed.',
    () => sources().log?.().dropped,
  );
  readOne(
    'counter',
    registry,
    'sluice_subscriptions_failed_total',
    'Subscriptions within the process that ended because their handler failed.',
    () => sources().subscriptions?.().failed,
  );
};

const registerHosts = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const read = (value: (host: HostStats) => number) => () =>
    (sources().hosts?.() ?? []).map((host) => ({
      labels: { host: host.id, role: host.role },
      value: value(host),
    }));
  readAll(
    'gauge',
    registry,
    'sluice_host_resident_bytes',
    'Memory of a bridge host.',
    read((h) => h.rssBytes),
  );
  readAll(
    'counter',
    registry,
    'sluice_host_cpu_seconds_total',
    'CPU time of a bridge host.',
    read((h) => h.cpuSeconds),
  );
  readAll(
    'gauge',
    registry,
    'sluice_host_open_fds',
    'Open descriptors of a bridge host.',
    read((h) => h.fds),
  );
  readAll(
    'gauge',
    registry,
    'sluice_host_slots_used',
    'Filters that run in a bridge host.',
    read((h) => h.slotsUsed),
  );
  readAll(
    'counter',
    registry,
    'sluice_host_restarts_total',
    'Times that a host was replaced.',
    read((h) => h.restarts),
  );
  readAll(
    'counter',
    registry,
    'sluice_host_deaths_total',
    'Times that a host died or hung.',
    read((h) => h.deaths),
  );
  readAll(
    'gauge',
    registry,
    'sluice_host_apart',
    'Whether a host is there only for cameras whose media may kill it.',
    read((h) => Number(h.apart && h.pid !== undefined)),
  );
  const decoding = () => {
    const streams = { software: 0, nvdec: 0, vaapi: 0, v4l2: 0 };
    for (const host of sources().hosts?.() ?? []) {
      for (const kind of Object.keys(streams) as (keyof typeof streams)[]) streams[kind] += host.decoding[kind] ?? 0;
    }
    return Object.entries(streams).map(([decoder, value]) => ({ labels: { decoder }, value }));
  };
  readAll(
    'gauge',
    registry,
    'sluice_decoders',
    'Streams that are decoded to pictures, by what decodes them.',
    decoding,
  );
  const held = () =>
    (sources().heldHosts?.() ?? []).map(({ role, by, weak }) => ({
      labels: { role, by },
      value: weak.length === 0 ? 1 : 0,
    }));
  readAll('gauge', registry, 'sluice_host_sandboxed', 'Whether hosts are held as well as they could be.', held);
};

const registerEventLog = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const journal = () => sources().journal?.();
  readOne('gauge', registry, 'sluice_event_log_first_seq', 'Oldest event that is kept.', () => journal()?.firstSeq);
  readOne('gauge', registry, 'sluice_event_log_last_seq', 'Newest event.', () => journal()?.lastSeq);
  readOne('gauge', registry, 'sluice_event_log_bytes', 'Events kept, as JSON.', () => journal()?.bytes);
  readOne('gauge', registry, 'sluice_event_log_queued', 'Events that wait to be written.', () => journal()?.queued);
  readOne('counter', registry, 'sluice_event_log_lost_total', 'Events that could not be kept.', () => journal()?.lost);
};

const registerDataFolder = (registry: MetricRegistry, sources: () => MetricSources): void => {
  readOne('gauge', registry, 'sluice_data_folder_whole', 'Whether the data folder has the files in use.', () => {
    const whole = sources().dataFolder?.();
    return whole === undefined ? undefined : Number(whole);
  });
};

const registerSockets = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const register = (prefix: string, what: string, read: () => SocketStats | undefined): void => {
    const one = (kind: 'counter' | 'gauge', name: string, help: string, value: (stats: SocketStats) => number): void =>
      readOne(kind, registry, `${prefix}_${name}`, help, () => {
        const stats = read();
        return stats && value(stats);
      });
    one('gauge', 'subscribers', `Open event ${what}s.`, (stats) => stats.subscribers);
    one('gauge', 'lag_events', `Events that the slowest ${what} is behind.`, (stats) => stats.maxLag);
    one('counter', 'events_total', `Events sent to ${what}s.`, (stats) => stats.eventsSent);
    one('counter', 'bytes_total', `Bytes of events sent to ${what}s.`, (stats) => stats.bytesSent);
    one('counter', 'slow_total', `Event ${what}s closed because nobody read them.`, (stats) => stats.closedSlow);
  };
  register('sluice_websocket', 'socket', () => sources().sockets?.());
  register('sluice_event_stream', 'stream', () => sources().streams?.());
};

/** Of messages besides those on the topics of hub outputs. */
const registerStreams = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const whole = (kind: 'counter' | 'gauge', name: string, help: string, value: (stream: StreamStats) => number): void =>
    readOne(kind, registry, `sluice_mqtt_whole_events_${name}`, help, () => {
      const stream = sources().broker?.()?.wholeEvents;
      return stream && value(stream);
    });
  whole('counter', 'published_total', 'Whole events sent, repeats included.', ({ published }) => published);
  whole('counter', 'acknowledged_total', 'Whole events that the broker has taken.', ({ acknowledged }) => acknowledged);
  whole('counter', 'dropped_total', 'Whole events that were never sent.', ({ dropped, lost }) => dropped + lost);
  whole('gauge', 'lag_events', 'Events in the log that are not acknowledged as whole events.', ({ lag }) => lag);
  const state = (kind: 'counter' | 'gauge', name: string, help: string, value: (states: StateStats) => number): void =>
    readOne(kind, registry, `sluice_mqtt_${name}`, help, () => {
      const states = sources().broker?.()?.states;
      return states && value(states);
    });
  const published = "Messages about cameras' states, pictures and what Home Assistant is told included.";
  state('counter', 'states_published_total', published, (states) => states.published);
  state('counter', 'pictures_published_total', 'New pictures of cameras.', ({ pictures }) => pictures);
  state('gauge', 'states_waiting', 'Messages about states that are not acknowledged.', ({ waiting }) => waiting);
};

const registerBroker = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const one = (kind: 'counter' | 'gauge', name: string, help: string, value: (broker: BrokerStats) => number): void =>
    readOne(kind, registry, `sluice_mqtt_${name}`, help, () => {
      const broker = sources().broker?.();
      return broker && value(broker);
    });
  one('gauge', 'connected', 'Whether the broker is there.', (broker) => Number(broker.connected));
  one('counter', 'connections_total', 'Connections to the broker.', (broker) => broker.connections);
  one(
    'counter',
    'connection_failures_total',
    'Attempts to connect that failed, and connections lost.',
    (broker) => broker.failures,
  );
  registerStreams(registry, sources);
  one('counter', 'events_published_total', 'Events sent, repeats included.', (broker) => broker.published);
  one('counter', 'events_acknowledged_total', 'Events that the broker has taken.', (broker) => broker.acknowledged);
  one('counter', 'events_resent_total', 'Events sent once more.', (broker) => broker.resent);
  one('counter', 'events_dropped_total', 'Events that the broker will never take.', (broker) => broker.dropped);
  one(
    'counter',
    'events_lost_total',
    'Events that the log no longer held when their turn came.',
    (broker) => broker.lost,
  );
  one('gauge', 'events_in_flight', 'Events sent and not yet acknowledged.', (broker) => broker.inFlight);
  one('gauge', 'cursor_seq', 'Last event up to which all are acknowledged.', (broker) => broker.cursor);
  one('gauge', 'lag_events', 'Events in the log that are not acknowledged.', (broker) => broker.lag);
  readAll('counter', registry, 'sluice_mqtt_inputs_total', 'Messages to inputs, by what became of them.', () => {
    const inputs = sources().broker?.()?.inputs;
    if (!inputs) return [];
    return (['delivered', 'undelivered', 'refused'] as const).map((result) => ({
      labels: { result },
      value: inputs[result],
    }));
  });
  one('counter', 'methods_total', 'Direct methods asked for.', (broker) => broker.methods.received);
  one(
    'counter',
    'methods_refused_total',
    'Direct methods that were not run: too many at once, or no JSON.',
    (broker) => broker.methods.refused,
  );
};

const registerWebhooks = (registry: MetricRegistry, sources: () => MetricSources): void => {
  const each = (
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    value: (webhook: WebhookFigures) => number,
  ): void =>
    readAll(kind, registry, `sluice_webhook_${name}`, help, () =>
      (sources().webhooks?.() ?? []).map((webhook) => ({ labels: { webhook: webhook.name }, value: value(webhook) })),
    );
  each('gauge', 'up', 'Whether the last attempt was taken.', ({ problem }) => Number(problem === undefined));
  each('counter', 'requests_total', 'Requests posted.', ({ requests }) => requests);
  each('counter', 'failures_total', 'Requests that were not answered with 2xx.', ({ failures }) => failures);
  each('counter', 'events_delivered_total', 'Events that the server has taken.', ({ delivered }) => delivered);
  each('counter', 'events_dropped_total', 'Events that the server would never take.', ({ dropped }) => dropped);
  each('counter', 'events_lost_total', 'Events that the log no longer held when their turn came.', ({ lost }) => lost);
  each('gauge', 'cursor_seq', 'Last event up to which all are settled.', ({ cursor }) => cursor);
  each('gauge', 'lag_events', 'Events in the log behind it.', ({ lag }) => lag);
};
