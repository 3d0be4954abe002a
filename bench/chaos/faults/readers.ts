import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Fault, nothing } from './fault.js';

const STUCK = 20;

/** Subscribers that ask for the whole log and read nothing of it. */
export const readersStuck: Fault = {
  async inject({ client }) {
    const sockets = await Promise.all(
      Array.from({ length: STUCK }, () => stuckAt(client.webSocketUrl('/events?since=0'))),
    );
    return {
      what: `${STUCK} subscribers`,
      undo: () => {
        for (const socket of sockets) socket.terminate();
      },
    };
  },
};

const stuckAt = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.on('error', reject);
  });

export const readerResumes: Fault = {
  async inject({ follower }) {
    follower.hold();
    return { what: `the subscriber at event ${follower.last}`, undo: () => follower.connect() };
  },
};

/** Settings under which far more is logged than a pipe holds. */
const TALKATIVE = { logLevel: 'trace', logCategories: ['Application', 'MediaPipeline', 'Events'] };
/** The file is looked at every two seconds. */
const APPLIED_MS = 2_500;

export const outputUnread: Fault = {
  async inject(stage) {
    stage.configure(TALKATIVE);
    await sleep(APPLIED_MS);
    stage.engine.blockOutput();
    // Each becomes a line of the log for each pipeline: together more than the pipe and the engine hold, about 1.1 MiB.
    for (let i = 0; i < FILLERS && (await stage.inputs.sendAll('x'.repeat(FILLER_BYTES))); i++);
    return {
      what: 'stdout and stderr',
      undo: () => {
        stage.engine.readOutput();
        stage.configure();
      },
    };
  },
};
const FILLERS = 400;
/** As much as the log shows of a message. */
const FILLER_BYTES = 2_000;

export const configurationChanged: Fault = {
  async inject(stage, { number }) {
    stage.configure({ decodePolicy: `fps:${1 + (number % 10)}` });
    return { what: 'decodePolicy', undo: nothing };
  },
};

export const configurationInvalid: Fault = {
  async inject(stage) {
    stage.writeConfiguration('dataDir: [\n');
    return { what: 'a file that is not YAML', undo: () => stage.configure() };
  },
};
