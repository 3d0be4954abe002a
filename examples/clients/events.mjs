// Prints the events of a Sluice engine, each once, and goes on where it stopped: node events.mjs URL POSITION_FILE [FILTER]
// Node.js alone is enough. FILTER is what stands in the address: type=Operational.*&pipeline=door
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const [url, positionFile, filter] = process.argv.slice(2);
let position = existsSync(positionFile) ? readFileSync(positionFile, 'utf8').trim() : '0';
const token = process.env.SLUICE_TOKEN;

const store = (number) => {
  position = number;
  // In the place of the old one, so that a crash leaves one of them whole.
  writeFileSync(`${positionFile}.new`, number);
  renameSync(`${positionFile}.new`, positionFile);
};

const follow = async () => {
  const headers = { accept: 'text/event-stream', 'last-event-id': position };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(`${url}/events${filter ? `?${filter}` : ''}`, { headers });
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  let text = '';
  for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop();
    for (const block of blocks) {
      const { event, data, id } = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/)));
      if (data && event !== 'closing') console.log(event === 'gap' ? 'GAP' : 'EVENT', data);
      // After the event has been dealt with. What was filtered out moves the position, too.
      if (id) store(id);
    }
  }
};

for (;;) {
  await follow().catch((error) => console.error(`${error.cause ?? error}; trying again`));
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
