/** The process of the cameras. */
import { readFileSync } from 'node:fs';
import type { FromReplayer, Recorded, ToReplayer } from './messages.js';
import { type Reel, reelOf } from './reel.js';
import { type Replayer, startReplayer } from './replayer.js';
import { LEAD_PICTURES, MOVING_SECONDS, PICTURES_IN_GOP, STREAM } from './scenes.js';

let replayer: Replayer | undefined;

const tell = (message: FromReplayer): void => {
  process.send?.(message);
};

const read = ({ file }: Recorded): Reel => reelOf(readFileSync(file), LEAD_PICTURES);

const handle = async (message: ToReplayer): Promise<void> => {
  if (message.kind === 'move') replayer?.move(message.share);
  else if (message.kind === 'tell') {
    if (replayer !== undefined) tell({ kind: 'figures', ...replayer.figures() });
  } else {
    replayer = await startReplayer({
      cameras: message.cameras,
      quiet: message.quiet.map(read),
      moving: message.moving.map((recorded) => ({ reel: read(recorded), ...recorded.moves! })),
      fps: STREAM.fps,
      picturesInGop: PICTURES_IN_GOP,
      movingSeconds: MOVING_SECONDS,
      onMoved: (movement) => tell({ kind: 'moved', ...movement }),
      onClients: (clients) => tell({ kind: 'clients', clients }),
    });
    tell({ kind: 'listening', port: replayer.port });
  }
};

process.on('message', (message: ToReplayer) => {
  handle(message).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
