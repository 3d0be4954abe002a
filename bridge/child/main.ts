import type { Socket } from 'node:net';
import type { FromHost, HostSettings, ToHost } from '../hosts/protocol.js';
import { CameraSockets } from './camera-sockets.js';
import { Slot } from './slot.js';

/**
 * A bridge host: the process around GStreamer. It is started by the engine with an IPC channel for commands and one
 * lane per slot for media, and lives no longer than that channel.
 */
const settings = JSON.parse(process.argv[2] ?? '') as HostSettings;

const send = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};

// The engine is gone. SIGKILL, because exit() would wait forever for a thread that polls a bus.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// A terminal or a service manager signals the whole group; the engine decides when hosts go.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const sockets = new CameraSockets(send);
const connect = (run: number): Promise<Socket> => sockets.connect(run);
const slots = Array.from({ length: settings.slots }, (_, index) => new Slot(index, settings, send, connect));

process.on('message', (message: ToHost, handle: unknown) => {
  switch (message.type) {
    case 'start':
      slots[message.slot]?.start(message.run, message.filter);
      break;
    case 'stop':
      slots[message.slot]?.stop(message.run);
      break;
    case 'connected':
    case 'notConnected':
      sockets.onAnswer(message, handle as Socket | undefined);
      break;
    case 'shape':
      slots[message.slot]?.shape(message.run, message.shape);
      break;
    case 'play':
      slots[message.slot]?.play(message.run);
      break;
    case 'rounds':
      slots[message.slot]?.readInRounds(message.run, message.yes);
      break;
    case 'ping':
      send({ type: 'pong', id: message.id });
      break;
  }
});

send({ type: 'ready' });
