import {
  address,
  decodePolicy,
  duration,
  flag,
  hostNames,
  ignored,
  integer,
  manyOf,
  oneOf,
  origins,
  path,
  secret,
  size,
  text,
} from './kinds.js';
import { mqttSection } from './mqtt-settings.js';
import { section, type ValueOf } from './setting.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** AVA's names of the levels. */
const AVA_LEVELS: Record<string, LogLevel> = {
  verbose: 'debug',
  information: 'info',
  warning: 'warn',
  none: 'silent',
};

/**
 * Every setting of the engine, once. The `Config` type, the loader, docs/ref/configuration.md and examples/sluice.yaml
 * all follow from it. What AVA's module twin had keeps the twin's name, at the top level.
 */
export const schema = section('', {
  module: text({
    default: 'avaedge',
    pattern: /^[A-Za-z0-9._-]{1,128}$/,
    allowed: '1 to 128 letters, digits, dots, dashes and underscores',
    doc: 'Name of this module: in the subject of every event, in MQTT topics and in /twins/{device}/modules/{module}.',
  }),
  device: text({
    default: 'edge',
    pattern: /^[A-Za-z0-9._:-]{1,128}$/,
    allowed: '1 to 128 letters, digits, dots, colons, dashes and underscores',
    doc: 'Name of this device: in MQTT topics and in /twins/{device}/modules/{module}.',
  }),
  dataDir: path({
    default: './data',
    aliases: ['applicationDataDirectory'],
    doc: 'Folder that holds everything: the database, media/ (FileSink) and videos/ (VideoSink). One engine at a time.',
  }),
  logLevel: oneOf<LogLevel>(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    synonyms: AVA_LEVELS,
    live: true,
    doc: "What goes to stderr. AVA's Verbose, Information, Warning, Error and None are understood.",
  }),
  logCategories: manyOf(['Application', 'MediaPipeline', 'Events'], {
    default: ['Application', 'Events'],
    live: true,
    doc: 'What goes to stderr: Application, the engine; MediaPipeline, GStreamer and its processes; Events, every event (analytics at level debug; `sluice run` has them on stdout instead). A category that is left out still warns and tells errors; events are left out altogether.',
  }),
  operationalEventsOutputName: text({
    default: '',
    live: true,
    doc: 'hubOutputName under which operational events (RecordingStarted …) go out over MQTT. Empty: they do not.',
  }),
  diagnosticsEventsOutputName: text({
    default: '',
    live: true,
    doc: 'hubOutputName under which diagnostics events (NetworkError …) go out over MQTT. Empty: they do not.',
  }),
  allowUnsecuredEndpoints: flag({
    default: true,
    live: true,
    doc: 'Whether topologies may use UnsecuredEndpoint. A pipeline that does is refused at activation when false.',
  }),
  decodePolicy: decodePolicy({
    default: 'fps:5',
    live: true,
    doc: 'What motion detection decodes where the topology does not say. Pipelines take it when they are activated.',
  }),
  provisioningToken: ignored({
    secret: true,
    doc: 'Taken so that a module twin can be pasted as it is. There is nothing to register with.',
  }),
  telemetryOptOut: ignored({ doc: 'Taken for the same reason. Nothing is ever reported to anybody.' }),
  debugLogsDirectory: ignored({ doc: 'Taken for the same reason. Logs go to stderr, at the level of logLevel.' }),
  http: section('The HTTP and WebSocket interface.', {
    address: address({
      default: '127.0.0.1:8080',
      doc: 'Where it listens; empty for nowhere. Anything but loopback and a socket file needs a token.',
    }),
    token: secret({ doc: 'Bearer token that every request must carry. Needed on any address but loopback.' }),
    allowedHosts: hostNames({
      live: true,
      doc: 'Names besides those of loopback that requests without a token may be addressed to, such as that of a proxy.',
    }),
    allowedOrigins: origins({
      live: true,
      doc: "Origins of pages, besides the server's own, that may post and open WebSockets.",
    }),
  }),
  https: section('The same interface over TLS, beside or instead of the plain one.', {
    address: address({
      default: '',
      doc: 'Where it listens; empty for nowhere. Anything but loopback and a socket file needs http.token.',
    }),
    certFile: path({ default: '', doc: 'Certificate chain, PEM.' }),
    keyFile: path({ default: '', doc: 'Private key, PEM.' }),
  }),
  iothub: section("AVA's service interface: direct methods through /twins/….", {
    key: secret({ doc: 'Shared access key, base64. SAS tokens on /twins/… are checked against it.' }),
  }),
  mqtt: mqttSection,
  camera: section('What holds for every camera.', {
    connectionsPerSecond: integer({
      default: 10,
      min: 1,
      max: 1000,
      doc: 'Connection attempts per second over all cameras, so that a power cut is not followed by a storm.',
    }),
    ringMaximumSize: size({
      default: '64 MiB',
      min: '1 MiB',
      max: '4 GiB',
      doc: 'Most that one camera may buffer before an event. When it is too little for the pre-roll, an event says so.',
    }),
  }),
  hosts: section('The child processes that run GStreamer.', {
    camerasPerHost: integer({ default: 16, min: 1, max: 64, doc: 'Pipelines that one process carries.' }),
    recycleAt: size({
      default: '600 MiB',
      min: '64 MiB',
      max: '64 GiB',
      doc: 'A process that has grown to this is replaced between clips.',
    }),
    hangTimeout: duration({
      default: 'PT10S',
      min: 'PT1S',
      max: 'PT5M',
      doc: 'A process that does not answer for this long is killed and replaced.',
    }),
  }),
  detector: section('Motion detection.', {
    threads: integer({ default: 0, min: 0, max: 256, doc: 'Worker threads; 0 for one less than there are cores.' }),
  }),
  events: section('The durable event log.', {
    retention: duration({
      default: 'P7D',
      min: 'PT1M',
      max: 'P3650D',
      live: true,
      doc: 'How long events are kept for consumers that come back.',
    }),
    maximumSize: size({
      default: '1 GiB',
      min: '1 MiB',
      max: '1 TiB',
      live: true,
      doc: 'Most that the log may take on disk; the oldest events go first.',
    }),
  }),
});

/** Everything that can be configured. Sizes in bytes, durations in µs, paths absolute. */
export type Config = ValueOf<typeof schema>;
