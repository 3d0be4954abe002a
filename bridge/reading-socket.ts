import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Room for a picture of the usual size, so that most need one read. */
const READ_BYTES = 256 * 1024;

/** One for all sockets: what was read is handled before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * A socket in place of another that is connected, which reads into one reused buffer. The other would allocate 64 KiB for
 * every read and pass it through Node's streams, which for the small and frequent pieces of a camera costs more than
 * everything else. From now on nobody may use the other one.
 *
 * `onData`: the bytes are valid only during the call.
 */
export const readingSocket = (socket: Socket, onData: (chunk: Buffer) => void): Socket => {
  const { _handle: handle } = socket as unknown as { _handle?: unknown };
  // What it has read already would be lost.
  if (handle === undefined || handle === null || socket.readableLength > 0) {
    socket.on('data', onData);
    return socket;
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
