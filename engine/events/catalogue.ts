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
  /** Clips without a row were found in the media folder after the database had been lost, and have one now. */
  RecordingsAdopted: 'Sluice.Operational.RecordingsAdopted',
  /** A finished clip was removed to stay within `maximumSizeMiB`. */
  RecordingDeleted: 'Sluice.Operational.RecordingDeleted',
  /** The clip begins later than the gate asked for: the ring did not reach back far enough. */
  PreRollTruncated: 'Sluice.Diagnostics.PreRollTruncated',
  /** The gate was open, and no media of that time could be recorded. */
  NothingRecorded: 'Sluice.Diagnostics.NothingRecorded',
  /** The detector does not work at the moment; the pipeline records without it. */
  DetectionDegraded: 'Sluice.Diagnostics.DetectionDegraded',
  DetectionRestored: 'Sluice.Diagnostics.DetectionRestored',
  /** An inference server answers again, after an error of it was told. */
  InferenceRestored: 'Sluice.Diagnostics.InferenceRestored',
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
  /** The camera's media kills the processes that handle it, so it has one of its own, started ever more slowly. */
  CameraIsolated: 'Sluice.Diagnostics.CameraIsolated',
  /** It shares its processes with other cameras again. */
  CameraReleased: 'Sluice.Diagnostics.CameraReleased',
  /** Hardware cannot decode the camera's pictures, or not any more; the processor does. */
  DecoderFellBack: 'Sluice.Diagnostics.DecoderFellBack',
  /** The machine is overloaded, and the camera is decoded less than asked. */
  DecodingReduced: 'Sluice.Diagnostics.DecodingReduced',
  /** It is decoded as asked again. */
  DecodingRestored: 'Sluice.Diagnostics.DecodingRestored',
  /** Events that could not be kept while the disk was full. */
  EventsLost: 'Sluice.Diagnostics.EventsLost',
  /** The database was damaged, older than it should be or gone when the engine started. */
  DatabaseDamaged: 'Sluice.Operational.DatabaseDamaged',
  /** The data folder, or a file in it that the engine has open, is gone or is another one now. */
  DataFolderLost: 'Sluice.Diagnostics.DataFolderLost',
  DataFolderRestored: 'Sluice.Diagnostics.DataFolderRestored',
  /** The folder of the recordings had been removed, and was made again. */
  MediaFolderRestored: 'Sluice.Diagnostics.MediaFolderRestored',
  /** Where several engines run: one of them has ended by itself, and is started again. */
  EngineLost: 'Sluice.Diagnostics.EngineLost',
  EngineRestored: 'Sluice.Diagnostics.EngineRestored',
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

/** The live pipeline that an event is about, by its subject; '' if it is about none. */
export const pipelineOf = (subject: string): string => /\/livePipelines\/([^/]+)/.exec(subject)?.[1] ?? '';

/** Where a recording is, in the bodies of its events. */
export const recordingData = (outputType: 'filePath' | 'video', outputLocation: string) => ({
  outputType,
  outputLocation,
});
