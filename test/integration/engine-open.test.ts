import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ControlPlane } from '../../engine/control/index.js';
import { type Clock, systemClock } from '../../engine/core/clock.js';
import { Engine, type EngineOptions, loadConfig, startService } from '../../engine/index.js';
import { NODE_TYPES } from '../../engine/nodes/table.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { FakeClock } from '../kit/fake-clock.js';
import { modeOf } from '../kit/modes.js';
import { childrenOf } from '../kit/processes.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

/** Timers, sockets and processes that keep this process alive, by kind. Workers end a moment after they are told to. */
const held = (): string[] => process.getActiveResourcesInfo().sort();

/** What this process holds while no engine is open. */
const quiet = held();

/** Waits until exactly this is held: connections and threads take a moment to end. */
const untilHeld = async (what: readonly string[]): Promise<void> => {
  await until('what is held', () => String(held()) === String(what)).catch(() => expect(held()).toEqual(what));
};

const without = (list: readonly string[], what: string): string[] => {
  const at = list.indexOf(what);
  return at < 0 ? [...list] : list.toSpliced(at, 1);
};

/** The system's clock, but for one call that fails. */
const failingOnce = (call: number): { clock: Clock; failed: () => boolean } => {
  let calls = 0;
  const counted = <A extends unknown[], R>(work: (...args: A) => R) => {
    return (...args: A): R => {
      calls += 1;
      if (calls === call) throw new Error('the clock failed');
      return work(...args);
    };
  };
  const clock = {
    monotonic: counted(systemClock.monotonic),
    utc: counted(systemClock.utc),
    after: counted(systemClock.after),
    soon: counted(systemClock.soon),
  };
  return { clock, failed: () => calls >= call };
};

describe('an engine whose start fails at any step', () => {
  /** Fails to open the folder, in which a pipeline is active, and looks for what is left. */
  const expectNothingLeft = async (dataDir: string, options: Partial<EngineOptions> = {}): Promise<unknown> => {
    await untilHeld(quiet);
    const children = childrenOf(process.pid);
    const error = await Engine.open({ dataDir, ...options }).then(
      async (engine) => {
        await engine.close();
        return undefined;
      },
      (reason: unknown) => reason,
    );
    await untilHeld(quiet);
    expect(childrenOf(process.pid)).toEqual(children);
    return error;
  };
  const withPipeline = async (): Promise<string> => {
    const dataDir = tempDir();
    const engine = await Engine.open({ dataDir });
    const topology = motionToFiles();
    engine.topologies.set(topology as Parameters<typeof engine.topologies.set>[0]);
    engine.pipelines.set(livePipeline('p', topology.name, { rtspUrl: 'rtsp://127.0.0.1:1/none' }));
    await engine.pipelines.activate('p');
    await engine.close();
    return dataDir;
  };
  const opens = async (dataDir: string): Promise<void> => {
    const engine = await Engine.open({ dataDir });
    await engine.close();
  };

  afterEach(() => void vi.restoreAllMocks());

  it.each([
    ['the clips', () => vi.spyOn(ClipShelf.prototype, 'sweep').mockRejectedValueOnce(new Error('broken'))],
    ["the detector's threads", () => vi.spyOn(Piscina.prototype, 'run').mockRejectedValueOnce(new Error('broken'))],
    [
      'the control plane',
      () =>
        vi.spyOn(ControlPlane.prototype, 'registerMethod').mockImplementationOnce(() => {
          throw new Error('broken');
        }),
    ],
    [
      'the pipelines, which run by then',
      () => {
        const start = ControlPlane.prototype.start;
        vi.spyOn(ControlPlane.prototype, 'start').mockImplementationOnce(async function (this: ControlPlane, options) {
          await start.call(this, options);
          throw new Error('broken');
        });
      },
    ],
  ])('leaves nothing because of %s', async (_step, spoil) => {
    const dataDir = await withPipeline();
    spoil();
    expect(await expectNothingLeft(dataDir)).toMatchObject({ message: 'broken' });
    await opens(dataDir);
  });

  it('gives the lock free when it cannot say who has it', async () => {
    const dataDir = tempDir();
    mkdirSync(join(dataDir, 'sluice.pid'));
    expect(await expectNothingLeft(dataDir)).toMatchObject({ code: 'DataDirUnusable' });
    rmSync(join(dataDir, 'sluice.pid'), { recursive: true });
    await opens(dataDir);
  });

  it('leaves nothing, whichever call to the clock fails', async () => {
    const dataDir = await withPipeline();
    for (let call = 1; call < 12; call++) {
      const { clock, failed } = failingOnce(call);
      const error = await expectNothingLeft(dataDir, { clock });
      expect(failed()).toBe(true);
      // Not that the folder is in use.
      if (error !== undefined) expect(error).toMatchObject({ message: expect.stringContaining('the clock failed') });
    }
    await opens(dataDir);
  });
});

describe('a service that cannot be started', () => {
  it('listens nowhere and leaves nothing', async () => {
    const engine = await Engine.open({ dataDir: tempDir() });
    onTestFinished(() => engine.close());
    const before = held();
    const { config } = loadConfig({
      env: {},
      overrides: {
        'http.address': '127.0.0.1:0',
        'https.address': '127.0.0.1:0',
        'https.certFile': '/nowhere/cert.pem',
        'https.keyFile': '/nowhere/key.pem',
      },
    });
    await expect(startService(engine, config)).rejects.toMatchObject({ code: 'CertificateUnreadable' });
    // What only the start of the engine held may have gone meanwhile.
    // An engine that stays open starts a thread after some seconds.
    const more = () => before.reduce(without, held()).filter((what) => what !== 'MessagePort');
    await until('nothing more is held', () => more().length === 0).catch(() => expect(more()).toEqual([]));
  });
});

describe('an engine', () => {
  it('keeps its clips from other accounts, unless it is told otherwise', async () => {
    for (const [settings, mode] of [
      [{}, '0750'],
      [{ 'media.folderMode': '0711' }, '0711'],
    ] as const) {
      const dataDir = join(tempDir(), 'data');
      const engine = await Engine.open({ dataDir, settings });
      await engine.close();
      expect([modeOf(dataDir), modeOf(join(dataDir, 'media'))]).toEqual(['0750', mode]);
    }
  });
});

describe('an engine that cannot be opened', () => {
  it.each([
    [
      'the media folder cannot be made',
      (dir: string) => writeFileSync(join(dir, 'media'), ''),
      {},
      'MediaFolderUnusable',
    ],
    ['a node type is listed twice', () => {}, { nodeTypes: [NODE_TYPES[0]!] }, undefined],
  ])('leaves no timer, no process and no lock behind when %s', async (_why, spoil, options, code) => {
    const dataDir = join(tempDir(), 'data');
    mkdirSync(dataDir);
    spoil(dataDir);
    const before = held();
    const clock = new FakeClock();
    await expect(Engine.open({ dataDir, clock, ...options })).rejects.toThrow(
      code === undefined ? /listed twice/ : expect.objectContaining({ code }),
    );
    await until('nothing is held', () => held().length <= before.length);
    expect(held()).toEqual(before);
    expect(clock.pendingTimers).toBe(0);
    rmSync(dataDir, { recursive: true });
    const engine = await Engine.open({ dataDir });
    await engine.close();
    await until('nothing is held after closing', () => held().length <= before.length);
  });

  it('gives the folder free, so that it can be opened once the cause is gone', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'media'), '');
    await expect(Engine.open({ dataDir })).rejects.toMatchObject({ code: 'MediaFolderUnusable' });
    rmSync(join(dataDir, 'media'));
    const engine = await Engine.open({ dataDir });
    expect(engine.readiness().ready).toBe(true);
    await engine.close();
  });
});
