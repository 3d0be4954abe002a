import { WHEN_INSENSITIVE, type WhenInsensitive } from '../core/when-insensitive.js';
import { homeAssistantSection } from './home-assistant-settings.js';
import {
  address,
  decodePolicy,
  duration,
  flag,
  hostNames,
  ignored,
  integer,
  manyOf,
  mode,
  oneOf,
  origins,
  path,
  secret,
  size,
  string,
} from './kinds.js';
import { mqttSection } from './mqtt-settings.js';
import { section, type ValueOf } from './setting.js';
import { webhooksSection } from './webhook-settings.js';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** AVA's names for the levels. */
const AVA_LEVELS: Record<string, LogLevel> = {
  verbose: 'debug',
  information: 'info',
  warning: 'warn',
  none: 'silent',
};

/**
 * Every setting of the engine. The `Config` type, the loader, docs/ref/configuration.md and examples/sluice.yaml are
 * derived from it. Settings that AVA's module twin had keep their name there, at the top level.
 */
export const schema = section('', {
  module: string({
    default: 'avaedge',
    pattern: /^[A-Za-z0-9._-]{1,128}$/,
    allowed: '1 to 128 letters, digits, dots, dashes and underscores',
    doc: 'Name of this module: in the subject of every event, in MQTT topics and in /twins/{device}/modules/{module}.',
  }),
  device: string({
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
  engines: integer({
    default: 1,
    min: 1,
    max: 64,
    doc: 'Engines of `sluice serve`, each in a process of its own, behind one address: for more cameras than one main thread can serve. See docs/guide/engines.md.',
  }),
  logLevel: oneOf<LogLevel>(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    synonyms: AVA_LEVELS,
    live: true,
    doc: "What is logged to stderr. AVA's Verbose, Information, Warning, Error and None are accepted.",
  }),
  logCategories: manyOf(['Application', 'MediaPipeline', 'Events'], {
    default: ['Application', 'Events'],
    live: true,
    doc: 'What is logged to stderr: Application, the engine; MediaPipeline, GStreamer and its processes; Events, every event (analytics at level debug; `sluice run` writes events to stdout instead). A category that is left out still logs warnings and errors; events are left out altogether.',
  }),
  operationalEventsOutputName: string({
    default: '',
    live: true,
    doc: 'hubOutputName under which operational events (RecordingStarted …) are published over MQTT, as AVA does. Empty: they are not. See also mqtt.wholeEvents.',
  }),
  diagnosticsEventsOutputName: string({
    default: '',
    live: true,
    doc: 'hubOutputName under which diagnostics events (NetworkError …) are published over MQTT, as AVA does. Empty: they are not. See also mqtt.wholeEvents.',
  }),
  allowUnsecuredEndpoints: flag({
    default: true,
    live: true,
    doc: 'Whether topologies may use UnsecuredEndpoint. A pipeline that does is refused at activation when false.',
  }),
  decodePolicy: decodePolicy({
    default: 'adaptive',
    live: true,
    doc: 'What motion detection decodes unless the topology says otherwise. adaptive: keyframes (adaptive:1/N: one in N) until something differs, and then five pictures a second from the keyframe before on, or keyframes again while a gate records and only gates take what is found; fps:N: that many pictures a second at any time; keyframes; full. Takes effect when a pipeline is activated.',
  }),
  ingest: oneOf<'gstreamer' | 'direct'>(['gstreamer', 'direct'], {
    default: 'gstreamer',
    doc: 'Who takes media out of its RTP packets. gstreamer: processes that do nothing else. direct: the engine itself, for H.264 and H.265, which costs less; other codecs take the first way.',
  }),
  provisioningToken: ignored({
    secret: true,
    doc: 'Accepted so that a module twin can be pasted as it is. There is nothing to register with.',
  }),
  telemetryOptOut: ignored({ doc: 'Accepted for the same reason. Nothing is ever reported to anybody.' }),
  debugLogsDirectory: ignored({ doc: 'Accepted for the same reason. Logs go to stderr, at the level of logLevel.' }),
  http: section('The HTTP and WebSocket interface.', {
    address: address({
      default: '127.0.0.1:8080',
      doc: 'Address to listen on; empty for none. Any but a loopback address or a socket file needs a token.',
    }),
    token: secret({ doc: 'Bearer token that every request must carry. Required on any address but loopback.' }),
    allowedHosts: hostNames({
      live: true,
      doc: "Host names, besides loopback names, that requests without a token may be addressed to, such as that of a proxy, and that the audience of a client's token may name.",
    }),
    allowedOrigins: origins({
      live: true,
      doc: "Origins, besides the server's own, whose pages may post, open WebSockets and read videos.",
    }),
    accessPolicies: path({
      default: '',
      live: true,
      doc: "JSON file with AVA's access policies: who else may see videos, with which tokens. A changed file is read at once. Empty: nobody.",
    }),
  }),
  https: section('The same interface over TLS, in addition to plain HTTP or instead of it.', {
    address: address({
      default: '',
      doc: 'Address to listen on; empty for none. Any but a loopback address or a socket file needs http.token.',
    }),
    certFile: path({ default: '', doc: 'Certificate chain, PEM.' }),
    keyFile: path({ default: '', doc: 'Private key, PEM.' }),
  }),
  iothub: section("AVA's service interface: direct methods through /twins/….", {
    key: secret({ doc: 'Shared access key, base64. SAS tokens on /twins/… are checked against it.' }),
  }),
  mqtt: mqttSection,
  webhooks: webhooksSection,
  homeAssistant: homeAssistantSection,
  camera: section('Limits for all cameras.', {
    connectionsPerSecond: integer({
      default: 10,
      min: 1,
      max: 1000,
      doc: 'Connection attempts per second, all cameras together, so that after a power cut they do not all connect at once.',
    }),
    connectTimeout: duration({
      default: 'PT8S',
      min: 'PT1S',
      max: 'PT10M',
      doc: 'How long a camera may take to accept a connection, TLS included.',
    }),
    answerTimeout: duration({
      default: 'PT8S',
      min: 'PT1S',
      max: 'PT10M',
      doc: 'How long each of its answers may take.',
    }),
    firstMediaTimeout: duration({
      default: 'PT8S',
      min: 'PT1S',
      max: 'PT10M',
      doc: 'How long its first picture may take, once it has described what it sends.',
    }),
    patience: duration({
      default: 'PT64S',
      min: 'PT1S',
      max: 'PT10M',
      doc: 'What these three grow to at most, doubling from one attempt to the next, for a camera that is there and slow, such as one that starts when it is asked for.',
    }),
    ringMaximumSize: size({
      default: '64 MiB',
      min: '1 MiB',
      max: '4 GiB',
      doc: 'Most that is buffered of one camera for the pre-roll. If that is too little for the pre-roll, an event says so.',
    }),
  }),
  media: section('Clips on disk.', {
    mjpeg: oneOf<'jpeg' | 'h264'>(['jpeg', 'h264'], {
      default: 'jpeg',
      doc: 'What becomes of the video of cameras that send MJPEG. jpeg: it is written as it is, into a file of the QuickTime kind of MP4, which FFmpeg and VLC play and browsers do not. h264: it is encoded anew while a clip is written, for all players; that takes CPU time and the encoder x264.',
    }),
    fileMode: mode({
      default: '0600',
      owner: 0o600,
      doc: 'Permissions of new clips and videos, whatever the umask; as private as the database by default. For a group that may read them: 0640, and folderMode 0750. Others also need a way into the data folder, which is 0750 if the engine creates it.',
    }),
    folderMode: mode({
      default: '0700',
      owner: 0o700,
      doc: 'Permissions of new folders for clips and videos, whatever the umask. Folders that exist stay as they are.',
    }),
  }),
  videos: section('Videos on disk: what VideoSinks write.', {
    maximumSize: size({
      default: '1024 TiB',
      min: '64 MiB',
      max: '1024 TiB',
      live: true,
      doc: 'Most that all videos together may take. The oldest media goes first, whatever camera it is of. By default as much as there is.',
    }),
    minimumFree: size({
      default: '1 GiB',
      min: '96 MiB',
      max: '1024 TiB',
      live: true,
      doc: 'What must stay free on the disk; on a small one a quarter of it, and never less than 96 MiB. The oldest media of all videos goes first. What is protected stays, and so does the newest minute of each, unless nothing could be recorded otherwise.',
    }),
    previewEvery: duration({
      default: 'PT10S',
      min: 'PT0S',
      max: 'PT1H',
      live: true,
      doc: 'How far apart small pictures are kept of what is recorded, for whoever looks for a moment: 320 pixels wide, some 10 kB each. They are made of keyframes that are decoded for motion detection at that time; of a camera that nobody has decoded, none are kept, and pictures are decoded when somebody looks. PT0S: none are.',
    }),
  }),
  hosts: section('The child processes that run GStreamer.', {
    camerasPerHost: integer({ default: 16, min: 1, max: 64, doc: 'GStreamer pipelines in one process.' }),
    recycleAt: size({
      default: '600 MiB',
      min: '64 MiB',
      max: '64 GiB',
      doc: 'A process whose memory has grown to this is replaced between clips.',
    }),
    hangTimeout: duration({
      default: 'PT10S',
      min: 'PT1S',
      max: 'PT5M',
      doc: 'A process that does not respond for this long is killed and replaced.',
    }),
    user: string({
      default: '',
      pattern: /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}|\d{1,9}(?::\d{1,9})?)?$/,
      allowed: 'an account, uid or uid:gid',
      doc: 'User of these processes when the engine is root. Empty: the account sluice-media or, without one, a number that no account has.',
    }),
    sandbox: oneOf<'auto' | 'setpriv' | 'none'>(['auto', 'setpriv', 'none'], {
      default: 'auto',
      doc: 'What holds these processes at most: auto, bubblewrap where it works; setpriv, no rights but every file; none. `sluice doctor` says what works.',
    }),
  }),
  decode: section('What decodes pictures.', {
    hardware: oneOf<'auto' | 'off' | 'vaapi' | 'v4l2' | 'nvdec'>(['auto', 'off', 'vaapi', 'v4l2', 'nvdec'], {
      default: 'auto',
      doc: 'Which decoders besides the processor are used for H.264 and H.265 of 960 by 540 pixels and more. auto: those that have decoded a test picture here. nvdec, vaapi, v4l2: of NVIDIA, of Intel and AMD, of small boards, and no others. off: none. A camera that they cannot decode is decoded by the processor, and an event says so. `sluice doctor` says what works.',
    }),
    hardwareSessions: integer({
      default: 0,
      min: 0,
      max: 4096,
      doc: 'How many cameras they decode at one time; the processor decodes the others. 0: 128 with nvdec, 32 with vaapi, 8 with v4l2.',
    }),
  }),
  detector: section('Motion detection.', {
    threads: integer({ default: 0, min: 0, max: 256, doc: 'Worker threads; 0 for one less than the number of cores.' }),
    whenInsensitive: oneOf<WhenInsensitive>(WHEN_INSENSITIVE, {
      default: 'report',
      live: true,
      doc: 'What happens while objects in much of the picture could not be found, because of rain, light that shakes, darkness or blur, unless the topology says otherwise. report: an event says so. record: everything is recorded as well, which may be a whole night of rain. Takes effect when a pipeline is activated.',
    }),
    history: duration({
      default: 'P31D',
      min: 'PT0S',
      max: 'P3650D',
      live: true,
      doc: 'How long is kept what moved where in each second, for searches: about 0.2 MB per camera and busy day. PT0S: nothing is.',
    }),
  }),
  events: section('The durable event log.', {
    retention: duration({
      default: 'P7D',
      min: 'PT1M',
      max: 'P3650D',
      live: true,
      doc: 'How long events are kept for consumers that reconnect.',
    }),
    maximumSize: size({
      default: '1 GiB',
      min: '1 MiB',
      max: '1 TiB',
      live: true,
      doc: 'Most that the log may take on disk; the oldest events are removed first.',
    }),
    synchronous: oneOf<'normal' | 'full'>(['normal', 'full'], {
      default: 'normal',
      doc: 'What a power cut may cost: normal, the last moments of the log; full, nothing that a reader has seen, for one disk latency with each batch of events.',
    }),
  }),
});

/** Everything that can be configured. Sizes in bytes, durations in µs, paths absolute. */
export type Config = ValueOf<typeof schema>;
