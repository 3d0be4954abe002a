import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { messageOf, SluiceError } from '../core/errors.js';
import {
  SCENES,
  type Simulator,
  type SimulatorCommand,
  type SimulatorOptions,
  startSimulator,
} from '../simulator/index.js';
import { printRemark, printResult } from './results.js';

interface CameraFlags extends Omit<SimulatorOptions, 'clips' | 'scenes' | 'tls' | 'onEvent'> {
  clip: string[];
  scene: string[];
  cert?: string;
  key?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
};

const portNumber = (text: string): number => {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535) {
    throw new InvalidArgumentError('It must be an integer from 0 to 65535.');
  }
  return value;
};

const collect = (value: string, before: string[]): string[] => [...before, value];

const HELP = `
Scenes:
${SCENES.map((scene) => `  ${scene.name.padEnd(12)}${scene.summary}`).join('\n')}

Faults: one JSON object per line on stdin, for one camera or, without "camera", for all.
  {"command":"stall","camera":"motion"}       stops sending; connections stay open
  {"command":"drop"}                          closes the connections
  {"command":"stop"} {"command":"start"}      refuses connections; accepts them again
  {"command":"garbage","share":0.01}          overwrites this share of the stream's bytes
  {"command":"resolution","size":"320x180"}   another picture size on the same connection
  {"command":"longGop","gop":30}              sends a keyframe only every 30 seconds
  {"command":"resume"}                        ends stall, garbage, resolution and longGop
The result of each command, and the start and end of streams, are JSON lines on stderr.

H.264 and H.265 clips are sent as they are, unless an encoding option is given.
The password can also be given in the environment variable SLUICE_CAMERA_PASSWORD.`;

const say = (line: object): void => {
  printRemark(`${JSON.stringify(line)}\n`);
};

const obey = async (simulator: Simulator, text: string): Promise<void> => {
  try {
    await simulator.control(JSON.parse(text) as SimulatorCommand);
    say({ done: JSON.parse(text) });
  } catch (problem) {
    say({
      refused: text,
      ...(problem instanceof SluiceError ? { code: problem.code } : {}),
      message: messageOf(problem),
    });
  }
};

/** Runs until a signal arrives or the server ends by itself. Resolves with the exit code. */
const runCameras = async (options: SimulatorOptions): Promise<number> => {
  const simulator = await startSimulator(options);
  for (const { name, url, source } of simulator.cameras) {
    printResult(
      `${JSON.stringify({ name, url, ...(source.kind === 'clip' ? { clip: source.file } : { scene: source.name }) })}\n`,
    );
  }
  const commands = createInterface({ input: process.stdin });
  // One after the other, in the order in which they arrive.
  let last = Promise.resolve();
  commands.on('line', (text) => {
    if (text.trim()) last = last.then(() => obey(simulator, text));
  });
  const stop = (): void => void simulator.stop();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const why = await simulator.ended;
  process.off('SIGINT', stop).off('SIGTERM', stop);
  commands.close();
  process.stdin.destroy();
  if (why === undefined) return 0;
  printRemark(`${why}\n`);
  return 1;
};

/** `sluice camera`: simulated RTSP cameras on loopback. */
export const cameraCommand = (): Command =>
  new Command('camera')
    .description('simulated RTSP cameras on loopback, looped, in real time; prints one JSON line per URL')
    .option('--port <port>', 'RTSP port, 0 for a free one', portNumber, 8554)
    .option('--clip <file>', 'video file to play, may be repeated', collect, [])
    .option(
      '--scene <name>',
      `generated scene, may be repeated: ${SCENES.map((scene) => scene.name).join(', ')}`,
      collect,
      [],
    )
    .option('--count <n>', 'number of cameras; clips and scenes are assigned in turn', number)
    .option('--user <name>', 'user that clients must name')
    .addOption(new Option('--password <text>', 'password that clients must give').env('SLUICE_CAMERA_PASSWORD'))
    .addOption(new Option('--auth <scheme>', 'how clients must authenticate').choices(['basic', 'digest']))
    .option('--cert <pem>', 'certificate: speak rtsps')
    .option('--key <pem>', 'private key of the certificate')
    .option('--gop <seconds>', 'seconds between keyframes', number)
    .option('--fps <n>', 'frames per second', number)
    .option('--size <WxH>', 'picture size, such as 640x360')
    .option('--bitrate <bits>', 'bits per second', number)
    .option('--bframes <n>', 'B-frames between two others', number)
    .addOption(new Option('--codec <name>', 'video codec').choices(['h264', 'h265']))
    .addHelpText('after', HELP)
    .action(async (flags: CameraFlags, command: Command) => {
      const { clip, scene, cert, key, ...rest } = flags;
      if ((cert === undefined) !== (key === undefined)) {
        command.error('error: --cert and --key go together', { exitCode: 2 });
      }
      try {
        process.exitCode = await runCameras({
          ...rest,
          clips: clip,
          scenes: scene,
          tls: cert !== undefined && key !== undefined ? { cert, key } : undefined,
          onEvent: say,
        });
      } catch (problem) {
        if (!(problem instanceof SluiceError)) throw problem;
        printRemark(`sluice camera: ${problem.message}${problem.hint ? `\n${problem.hint}` : ''}\n`);
        process.exitCode = problem.kind === 'invalid' ? 2 : 1;
      }
    });
