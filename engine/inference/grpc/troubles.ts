import type { Trouble } from '../types.js';

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

export const silent = (server: string, afterMs: number): Trouble => ({
  kind: 'protocol',
  code: 'noAnswerToStream',
  message:
    `${server} is connected but has said nothing to the start of a stream for ${seconds(afterMs)}. ` +
    'Many servers take a few streams at a time, Microsoft’s samples three, and let others wait: ' +
    'let it take more, start another one, or use it in fewer pipelines.',
});

export const slow = (server: string, afterMs: number): Trouble => ({
  kind: 'network',
  code: 'timeout',
  message: `${server} has not answered a picture for ${seconds(afterMs)}. See whether it runs, or send fewer or smaller pictures.`,
});

export const unreadable = (server: string): Trouble => ({
  kind: 'protocol',
  code: 'badAnswer',
  message: `${server} has sent a message that is not of the contract (MediaStreamMessage). See which versions it speaks.`,
});

export const tooLarge = (bytes: number, room: number, shared: boolean): Trouble => ({
  kind: 'protocol',
  code: 'pictureTooLarge',
  message: shared
    ? `A picture of ${bytes} bytes does not fit into the shared memory of ${room} bytes. Raise sharedMemorySizeMiB, or set image to a smaller size.`
    : `A picture of ${bytes} bytes is too large for a message; at most ${room} are sent. Set dataTransfer to sharedMemory, or image to a smaller size or JPEG.`,
});
