import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process really holds, on and off the JavaScript heap: garbage that waits to be collected is no leak. */
export function liveBytes(): number {
  // What was allocated while a collection was under way survives the next; the one after that takes it.
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
