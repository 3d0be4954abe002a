/**
 * A program that embeds the engine and does nothing to stay alive. Says on stdout what it has done.
 *
 *   node test/kit/life.mjs DATA_DIR STEP…     steps are done one after another; see below
 */
const { Engine } = await import('../../dist/engine/index.js');

const [dataDir, ...steps] = process.argv.slice(2);
/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);
process.on('beforeExit', () => say('nothing keeps it alive'));

const engine = await Engine.open({ dataDir: dataDir ?? './data' });
/** @type {Record<string, () => unknown>} */
const STEPS = {
  // Nobody listens there.
  add: async () => void (await engine.cameras.add('away', 'rtsp://127.0.0.1:1/stream', { record: 'continuous' })),
  remove: () => engine.cameras.added('away').remove(),
  subscribe: () => {
    engine.events.subscribe({ since: engine.startSeq }, ({ eventType }) => say(eventType));
  },
  loop: () => {
    void (async () => {
      for await (const { eventType } of engine.events.read({ since: engine.startSeq })) say(eventType);
      say('the loop ended');
    })();
  },
  // Longer than an engine takes to start its last thread.
  wait: () => new Promise((resolve) => setTimeout(resolve, 4_000)),
  close: () => engine.close(),
};
for (const step of steps) {
  await STEPS[step]?.();
  say(`done: ${step}`);
}
