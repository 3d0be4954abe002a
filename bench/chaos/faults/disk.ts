import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '../stage/stage.js';
import { type Fault, nothing } from './fault.js';

/** Long enough for a gate to open and for its clip to be begun. */
const BEGUN_MS = 2_000;

export const diskFull: Fault = {
  async inject({ disk, inputs }) {
    if (!disk.limited) return undefined;
    disk.fill(0);
    await inputs.sendAll();
    return { what: 'the disk of the data folder', undo: () => disk.release() };
  },
};

export const mediaRemoved: Fault = {
  async inject(stage) {
    const { disk, inputs } = stage;
    await inputs.sendAll();
    await sleep(BEGUN_MS);
    rmSync(disk.mediaDir, { recursive: true, force: true });
    stage.marks.removed();
    await inputs.sendAll();
    return { what: 'media/', undo: nothing };
  },
};

/** As an operator's mistake, or a disk that comes back: the same folder, under its name again after a while. */
export const folderAway: Fault = {
  async inject({ disk, history }) {
    disk.takeAway();
    return {
      what: 'the data folder',
      undo: () => {
        if (!disk.bringBack()) history.violation('engine.folder', 'it made another data folder where its own was');
      },
    };
  },
};

/** Whether the process has ended by itself, as it must. */
const REFUSED_MS = 20_000;

/** A disk that turns read-only under files that are open for writing cannot be had; one that is so at the start can. */
export const diskReadOnly: Fault = {
  async inject({ disk, engine, history }: Stage) {
    if (!disk.limited) return undefined;
    await engine.stop();
    if (!disk.writable(false)) {
      await engine.start();
      return undefined;
    }
    const ended = await Promise.race([engine.spawn().then(() => true), sleep(REFUSED_MS, false, { ref: false })]);
    if (!ended) {
      history.violation('engine.readOnly', 'it runs on a disk that cannot be written');
      await engine.killGroup();
    }
    disk.writable(true);
    await engine.start();
    return { what: 'the disk of the data folder', undo: nothing };
  },
};
