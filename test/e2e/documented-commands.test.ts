import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../kit/free-port.js';
import { CLI } from '../kit/program.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

/**
 * The commands of README.md and the guides, as they stand there: every line of a `sh` block is run, or is in one of the
 * tables below with its reason. Page by page, in order, in a folder as a clone would be.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs/guide')).map((file) => `docs/guide/${file}`)];

/** Commands that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm run setup': 'installs packages of the system; test/unit/scripts/setup.test.ts tries it',
  'npm test': 'is what runs this',
  'npm run demo': 'sets up before it begins; test/e2e/demo.test.ts runs what it starts',
  'npm run demo -- --infer': 'needs the detector; test/e2e/logic-example.test.ts runs what it starts',
  'npx sluice infer --install': 'downloads the detector',
  'npx sluice infer': 'needs the detector; test/e2e/logic-example.test.ts runs it',
  'curl --data-binary @yard.jpg http://127.0.0.1:44080/score': 'asks that detector',
  'node dist/examples/logic/main.js --objects person,truck --minimum-confidence 0.5':
    'test/e2e/logic-example.test.ts runs it, with a server of its own',
  'npm install ./sluice-0.1.0.tgz': 'compiles native parts; test/integration/package.test.ts installs it without them',
  'npm install git+https://github.com/sluice-evr/sluice.git': 'needs the network',
  'npm install ../sluice': 'links a folder, whose build this is',
  'sh node_modules/sluice/scripts/setup.sh': 'installs packages of the system',
  'npm rebuild': 'compiles native parts',
};

/** Commands that are not run, by how they begin: all of a page that takes over a machine. */
const NOT_RUN_AT_ALL: Readonly<Record<string, string>> = {
  'sudo ': 'change the system; test/e2e/service.test.ts stands for what systemd does',
  "printf 'SLUICE_HTTP_TOKEN=%s": 'changes the system',
  'head -c 24 /dev/urandom': 'makes a token for the container',
  'docker ': 'needs a container service',
};

const isRun = (command: string): boolean =>
  !(command in NOT_RUN) && !Object.keys(NOT_RUN_AT_ALL).some((beginning) => command.startsWith(beginning));

/** Commands that run until they are ended: what they have said when they are at work. */
const RUNNING: readonly { command: RegExp; ready: RegExp; stays?: true; endsWithInput?: true }[] = [
  // They are in a terminal of their own, until the end of the page.
  { command: /^npx sluice camera /, ready: /"url"/, stays: true },
  { command: /^npx sluice serve /, ready: /listening on/, stays: true },
  { command: /^npx sluice (record|run) (?!.*--print-topology)/, ready: /"eventType":"[^"]*MediaSessionEstablished"/ },
  { command: /^curl -N /, ready: /^id: \d/m },
  { command: /^node dist\/examples\/gateway\/main\.js /, ready: /ready/, endsWithInput: true },
];

interface Scratch {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** A command with the addresses of this test in the place of those that are written. */
  addressed(command: string): string;
}

/** Lines of the `sh` blocks, without comments; one that ends in a backslash goes on in the next. */
const commandsOf = (page: string): string[] =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block]) => block!.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+#\s.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** JSON documents that a page has the reader save, by the names that it gives them. */
const DOCUMENTS: Readonly<Record<string, string>> = { 'docs/guide/first-steps.md': 'motion-clips.json' };

describe('the commands of the documentation', () => {
  let simulated: TestCamera | undefined;
  afterAll(() => simulated?.stop());

  const scratchFor = async (page: string): Promise<Scratch> => {
    simulated ??= await startCamera({ scenes: ['quiet'] });
    const folder = tempDir();
    for (const name of ['dist', 'examples', 'docs']) symlinkSync(join(ROOT, name), join(folder, name));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(CLI, join(folder, 'node_modules/.bin/sluice'));
    writeFileSync(join(folder, 'package.json'), '{"name":"scratch","private":true}');
    const document = DOCUMENTS[page];
    const [, json] = /^```json\n(.*?)^```/ms.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
    if (document) writeFileSync(join(folder, document), json!);
    const [http, rtsp] = [String(await freePort()), String(await freePort())];
    const addresses: [RegExp, string][] = [
      [
        /rtsp:\/\/(\w+:\w+@)?(camera\/stream|192\.168\.1\.20\/stream1)/g,
        `rtsp://$1${simulated.url.slice('rtsp://'.length)}`,
      ],
      [/^npx sluice camera\b/, `npx sluice camera --port ${rtsp}`],
      [/\b8554\b/g, rtsp],
      [/\b8080\b/g, http],
    ];
    return {
      folder,
      env: { ...process.env, SLUICE_HTTP_ADDRESS: `127.0.0.1:${http}`, npm_config_update_notifier: 'false' },
      addressed: (command) => addresses.reduce((text, [written, meant]) => text.replace(written, meant), command),
    };
  };

  it.each(PAGES)(
    '%s does what it says',
    async (page) => {
      const commands = commandsOf(page).filter(isRun);
      if (commands.length === 0) return;
      const scratch = await scratchFor(page);
      const staying: Running[] = [];
      // Variables that one line sets are there in the next, as in a shell.
      const variables: string[] = [];
      for (const command of commands) {
        if (/^\w+=\S+$/.test(command)) {
          variables.push(scratch.addressed(command));
          continue;
        }
        const started = startShell([...variables, scratch.addressed(command)].join('\n'), scratch);
        const long = RUNNING.find((each) => each.command.test(command));
        if (!long) {
          expect(await started.ended(), `${command}\n${started.text()}`).toBe(0);
          if (command.startsWith('curl ')) expect(started.text(), command).not.toMatch(/"error":/);
          continue;
        }
        await until(
          `${command} is at work: ${started.text()}`,
          () => long.ready.test(started.text()) || started.over(),
          90_000,
        );
        expect(started.text(), command).toMatch(long.ready);
        if (long.stays) staying.push(started);
        else await started.end(command, long.endsWithInput);
      }
      for (const each of staying.reverse()) await each.end('at the end of the page');
    },
    180_000,
  );

  it('that are not run are really there', () => {
    const all = PAGES.flatMap(commandsOf);
    expect(Object.keys(NOT_RUN).filter((command) => !all.includes(command))).toEqual([]);
    const beginnings = Object.keys(NOT_RUN_AT_ALL);
    expect(beginnings.filter((beginning) => !all.some((command) => command.startsWith(beginning)))).toEqual([]);
  });
});

interface Running {
  text(): string;
  over(): boolean;
  ended(): Promise<number | null>;
  /** As Ctrl-C does, to everything that it has started. It must have said nothing of an error. */
  end(what: string, withInputOnly?: boolean): Promise<void>;
}

const startShell = (command: string, { folder, env }: Scratch): Running => {
  const child: ChildProcess = spawn('sh', ['-ec', command], { cwd: folder, env, detached: true, stdio: 'pipe' });
  let text = '';
  let code: number | null | undefined;
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (chunk: Buffer) => (text += chunk));
  child.once('close', (status) => {
    code = status;
  });
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // the whole group has ended
    }
  };
  onTestFinished(() => signal('SIGKILL'));
  const ended = async (): Promise<number | null> => {
    await until(`the end of ${command}`, () => code !== undefined, 90_000);
    return code!;
  };
  return {
    text: () => text,
    over: () => code !== undefined,
    ended,
    end: async (what, withInputOnly = false) => {
      child.stdin!.end();
      if (!withInputOnly) signal('SIGINT');
      await ended();
      expect(text, what).not.toMatch(/^error:|^Error|^\s+at /m);
    },
  };
};
