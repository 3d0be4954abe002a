/** What is at fault. Set where an error is made, so that nobody has to read it out of a code or a message. */
export type FailureKind =
  | 'auth' // the camera refuses the credentials, or the right to the stream
  | 'protocol' // the camera refuses for another reason, or its answer is malformed
  | 'network' // no connection, a broken one, or silence
  | 'tls' // the certificate or the handshake
  | 'format' // media that cannot be taken
  | 'file' // the file that was to be written
  | 'internal' // a fault of ours, as a GStreamer element that is not installed
  | 'aborted'; // the caller has lost interest

/** Why a run of a filter failed. */
export interface RunFailure {
  failure: FailureKind;
  /** Says exactly what failed, and does not change. */
  code: string;
  /** One line without credentials. */
  message: string;
  /** The camera was there, and was not waited for any longer. */
  slowAt?: SlowAt;
  /** There was no connection: the camera, or its RTSP server, was not there. */
  unreached?: true;
  /** The camera ended its session instead of answering this. */
  hungUpOn?: KeepAliveMethod;
}

/** Requests that tell a camera that its session is still wanted. */
export type KeepAliveMethod = 'OPTIONS' | 'GET_PARAMETER';

/** What a camera took too long for, though it had taken the connection. */
export type SlowAt = 'tls' | 'answer' | 'media';

/** What an RTSP status that is no success stands for. */
export const statusFailureKind = (status: number): 'auth' | 'protocol' =>
  status === 401 || status === 403 ? 'auth' : 'protocol';

/**
 * What the code of a socket's error stands for. System errors begin with E, as do OpenSSL's own (`ERR_SSL_…`, `EPROTO`,
 * `ERROR_IN_CERT_NOT_AFTER_FIELD`); codes of certificates that are not accepted say what is wrong with them.
 */
export const socketFailureKind = (code: string): 'network' | 'tls' => (/^E(?!RR|PROTO)/.test(code) ? 'network' : 'tls');
