import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Room for a picture of the usual size, so that most need one read. */
const READ_BYTES = 256 * 1024;

/** One for all lanes: what is read is used up before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * A lane's socket that reads into one buffer that is used again and again. The socket that spawn() gives instead makes a
 * buffer of 64 KiB for every read and sends it through the machinery of streams, which for the small and frequent units
 * of a camera cost more than all that is done with them.
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
