/** AVA's event types that existing programs may rely on, by their last part. */
export const AvaEvent = {
  Inference: 'Microsoft.VideoAnalyzer.Analytics.Inference',
  RecordingStarted: 'Microsoft.VideoAnalyzer.Operational.RecordingStarted',
  RecordingAvailable: 'Microsoft.VideoAnalyzer.Operational.RecordingAvailable',
  RecordingStopped: 'Microsoft.VideoAnalyzer.Operational.RecordingStopped',
  PipelineStateChanged: 'Microsoft.VideoAnalyzer.Operational.PipelineStateChanged',
  MediaSessionEstablished: 'Microsoft.VideoAnalyzer.Diagnostics.MediaSessionEstablished',
  ProtocolError: 'Microsoft.VideoAnalyzer.Diagnostics.ProtocolError',
  MediaFormatError: 'Microsoft.VideoAnalyzer.Diagnostics.MediaFormatError',
  AuthenticationError: 'Microsoft.VideoAnalyzer.Diagnostics.AuthenticationError',
  AuthorizationError: 'Microsoft.VideoAnalyzer.Diagnostics.AuthorizationError',
  NetworkError: 'Microsoft.VideoAnalyzer.Diagnostics.NetworkError',
  StorageError: 'Microsoft.VideoAnalyzer.Diagnostics.StorageError',
  RuntimeError: 'Microsoft.VideoAnalyzer.Diagnostics.RuntimeError',
  DataDropped: 'Microsoft.VideoAnalyzer.Diagnostics.DataDropped',
} as const;

/** Event types that AVA does not have. */
export const SluiceEvent = {
  EngineStarted: 'Sluice.Operational.EngineStarted',
  EngineStopped: 'Sluice.Operational.EngineStopped',
  /** A clip that a crash had left open was found at start-up. */
  RecordingRecovered: 'Sluice.Operational.RecordingRecovered',
  /** A finished clip was removed to stay within `maximumSizeMiB`. */
  RecordingDeleted: 'Sluice.Operational.RecordingDeleted',
  /** The clip begins later than the gate asked for: the ring did not reach back far enough. */
  PreRollTruncated: 'Sluice.Diagnostics.PreRollTruncated',
  /** The detector does not work at the moment; the pipeline records without it. */
  DetectionDegraded: 'Sluice.Diagnostics.DetectionDegraded',
  DetectionRestored: 'Sluice.Diagnostics.DetectionRestored',
  /** A message on a hub input reached a pipeline; the recording that follows correlates with it. */
  InputReceived: 'Sluice.Operational.InputReceived',
  /** A signal came after its activation's evaluation window, or its clip would have ended before it began. */
  SignalIgnored: 'Sluice.Diagnostics.SignalIgnored',
  /** The camera's timestamps jumped; media time was re-anchored. */
  TimestampDiscontinuity: 'Sluice.Diagnostics.TimestampDiscontinuity',
  WallClockStepped: 'Sluice.Diagnostics.WallClockStepped',
  /** The ring's byte limit is shorter than the pre-roll that the camera's pipelines ask for. */
  PreRollLimited: 'Sluice.Diagnostics.PreRollLimited',
  /** The picture changed as a whole; see the detector's scene changes. */
  SceneLightingChanged: 'Sluice.Analytics.scene.lightingChanged',
  SceneTampered: 'Sluice.Analytics.scene.tampered',
  SceneFrozen: 'Sluice.Analytics.scene.frozen',
  SceneMoved: 'Sluice.Analytics.scene.moved',
  /** Events that could not be kept while the disk was full. */
  EventsLost: 'Sluice.Diagnostics.EventsLost',
  /** Nobody reads the log: lines of it were dropped. */
  LogLinesDropped: 'Sluice.Diagnostics.LogLinesDropped',
  /** The handler of a subscription within the process threw or rejected; the subscription has ended. */
  SubscriptionFailed: 'Sluice.Diagnostics.SubscriptionFailed',
} as const;

type NodeGroup = 'sources' | 'processors' | 'sinks';

/** `EventDraft.subject` of a live pipeline or of a node in it. */
export const subjectOf = (pipeline: string, group?: NodeGroup, node?: string): string =>
  group === undefined || node === undefined
    ? `/livePipelines/${pipeline}`
    : `/livePipelines/${pipeline}/${group}/${node}`;

/** Body of the three recording events. */
export const recordingData = (
  outputType: 'filePath' | 'video',
  outputLocation: string,
): { outputType: string; outputLocation: string } => ({ outputType, outputLocation });
