import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { EndReason } from '../../bridge/types.js';

/** What a media pipeline's end means for the camera that it was reading. */
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
    case 'error':
      return { kind: kindOfError(reason.code, reason.message), code: reason.code, message: reason.message };
  }
}

function kindOfError(code: string, message: string): RtspFailure['kind'] {
  if (/tls|certificate/i.test(code)) return 'tls';
  if (/unauthori[sz]ed|forbidden|\b40[13]\b/i.test(message)) return 'auth';
  if (/not-negotiated|decode|codec|format/i.test(`${code} ${message}`)) return 'format';
  if (/\b[345]\d\d\b/.test(message)) return 'protocol';
  return 'network';
}
