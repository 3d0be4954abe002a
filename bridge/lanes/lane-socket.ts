import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Room for a picture of the usual size, so that most need one read. */
const READ_BYTES = 256 * 1024;

/** One for all lanes: what was read is handled before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * A lane's socket that reads into one reused buffer. The socket that spawn() returns allocates 64 KiB for every read and
 * passes it through Node's streams, which for the small and frequent units of a camera costs more than everything else.
 *
 * `onData`: the bytes are valid only during the call.
 */
export const laneSocket = (stdio: Socket, onData: (chunk: Buffer) => void): Socket => {
  const { _handle: handle } = stdio as unknown as { _handle?: unknown };
  if (handle === undefined || handle === null) {
    stdio.on('data', onData);
    return stdio;
  }
  const options: SocketConstructorOpts & { onread: OnReadOpts; handle: unknown } = {
    handle,
    onread: {
      buffer: readBuffer,
      callback: (length) => {
        onData(readBuffer.subarray(0, length));
        return true;
      },
    },
  };
  return new Socket(options);
};
