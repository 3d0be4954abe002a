import type { FailureKind } from '../../bridge/failure.js';
import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { EndReason } from '../../bridge/types.js';

/** The end of a media pipeline, as a failure of the camera that it was reading. */
export function failureOfEnd(reason: EndReason): RtspFailure {
  switch (reason.kind) {
    case 'stopped':
      return { kind: 'aborted', code: 'stopped', message: 'the connection was closed by the engine' };
    case 'eos':
      return { kind: 'network', code: 'eos', message: 'the camera ended the stream' };
    case 'hostLost':
      return {
        kind: 'network',
        code: 'hostLost',
        message: `the process that received the stream was lost: ${reason.message}`,
      };
    case 'error': {
      const { failure, kind: _, ...rest } = reason;
      return { kind: asSeenFromCamera(failure), ...rest };
    }
  }
}

/** AVA has no event for an error inside the engine, so it is reported as a camera that cannot be reached. */
const asSeenFromCamera = (failure: FailureKind): RtspFailure['kind'] =>
  failure === 'internal' || failure === 'file' ? 'network' : failure;
