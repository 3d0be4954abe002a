import { type Fault, nothing } from './fault.js';

/** kill -9 of everything, and a start at once. */
export const killed: Fault = {
  async inject({ engine }) {
    const { pid } = engine;
    await engine.killGroup();
    await engine.start();
    return { what: `engine ${pid} and its processes`, undo: nothing };
  },
};

export const killedAlone: Fault = {
  async inject({ engine }) {
    const { pid } = engine;
    await engine.killAlone();
    await engine.start();
    return { what: `engine ${pid}`, undo: nothing };
  },
};

export const restarted: Fault = {
  async inject({ engine }) {
    const { pid } = engine;
    await engine.stop();
    await engine.start();
    return { what: `engine ${pid}`, undo: nothing };
  },
};
