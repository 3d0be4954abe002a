import { type Fault, nothing } from './fault.js';

export const brokerKilled: Fault = {
  async inject(stage) {
    await stage.broker.kill('SIGKILL');
    stage.marks.brokerKilledAt.push(Date.now());
    return { what: 'the broker', undo: () => stage.broker.run() };
  },
};

export const brokerStopped: Fault = {
  async inject({ broker, inputs }) {
    broker.freeze();
    // An event to wait for.
    await inputs.sendAll();
    return { what: 'the broker', undo: () => broker.thaw() };
  },
};

export const brokerRestarted: Fault = {
  async inject(stage) {
    await stage.broker.kill('SIGTERM');
    stage.marks.brokerKilledAt.push(Date.now());
    await stage.broker.run();
    return { what: 'the broker', undo: nothing };
  },
};
