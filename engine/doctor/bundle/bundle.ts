/** An archive for whoever helps: what this engine is, what it stands on and what it went through, without secrets. */
import { createHash } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Config, describeConfig } from '../../config/index.js';
import { systemClock } from '../../core/clock.js';
import { messageOf, SluiceError, systemCode } from '../../core/errors.js';
import { outputExists } from '../../core/output-exists.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { Digests, type ZippedFile, zipOf } from '../../export/zip-file.js';
import type { Finding } from '../finding.js';
import { machine } from './machine.js';
import { Redaction } from './redaction.js';
import { endOfLog, metricsOf } from './running.js';
import { knownSecrets } from './secrets.js';
import { readStored, type Stored } from './stored.js';

export interface BundleOptions {
  /** Must not exist. */
  file: string;
  version: string;
  dataDir: string;
  /** Undefined if the settings are wrong, which a finding says. */
  config: Config | undefined;
  findings: readonly Finding[];
  /** A log; without one, the system's journal is asked. */
  logFile: string | undefined;
  env: NodeJS.ProcessEnv;
}

/** Only the owner may read it: what is secret is left out as far as it can be known. */
const MODE = 0o600;

/**
 * @returns its size in bytes
 * @throws SluiceError `OutputExists`, `OutputUnwritable`
 */
export const writeBundle = async (options: BundleOptions): Promise<number> => {
  const stored = readStored(options.dataDir);
  const redaction = new Redaction(knownSecrets(options.config, options.env, stored));
  const texts = await contents(options, stored, redaction);
  const modified = Math.floor(systemClock.utc() / MICROS_PER_SECOND);
  const files = Object.entries(texts).map(([name, text]) => zipped(name, text, modified));
  const text = (sha256: readonly string[]): string =>
    `${JSON.stringify({ files: files.map(({ name, length }, index) => ({ name, bytes: length, sha256: sha256[index] })) }, null, 2)}\n`;
  const zip = zipOf(files, { name: 'manifest.json', modified, text }, new Digests());
  let begun = false;
  try {
    const out = createWriteStream(options.file, { flags: 'wx', mode: MODE });
    out.once('open', () => {
      begun = true;
    });
    await pipeline(zip.read({ start: 0, end: zip.length - 1 }), out);
    return zip.length;
  } catch (error) {
    if (begun) rmSync(options.file, { force: true });
    throw systemCode(error) === 'EEXIST' ? outputExists(options.file) : unwritable(options.file, error);
  }
};

/** Each file's text by its name. */
const contents = async (
  { version, dataDir, config, findings, logFile }: BundleOptions,
  stored: Stored,
  redaction: Redaction,
): Promise<Record<string, string>> => {
  const json = (value: unknown): string => `${JSON.stringify(redaction.json(value), null, 2)}\n`;
  const { topologies, pipelines, adapters, events, counts, problems } = stored;
  const metrics = config
    ? await metricsOf(config).catch(
        (error: unknown) => `# No engine answers with these settings: ${messageOf(error)}\n`,
      )
    : '# The settings are wrong, so that nobody can be asked.\n';
  return {
    'README.txt': README,
    'machine.json': json(machine(version, dataDir)),
    'doctor.json': json(findings),
    'configuration.json': json(config ? describeConfig(config) : { problem: 'see doctor.json' }),
    'topologies.json': json(topologies),
    'pipelines.json': json(pipelines),
    'adapters.json': json(adapters),
    'database.json': json({ counts, problems }),
    'events.jsonl': events.map((event) => `${JSON.stringify(redaction.json(event))}\n`).join(''),
    'log.txt': logText(await endOfLog(logFile), redaction),
    'metrics.txt': redaction.text(metrics),
  };
};

/** Lines of JSON, as the engine writes them, are looked through by name as well. */
const logText = (log: string, redaction: Redaction): string =>
  log
    .split('\n')
    .map((line) => {
      if (!line.startsWith('{')) return redaction.text(line);
      try {
        return JSON.stringify(redaction.json(JSON.parse(line)));
      } catch {
        return redaction.text(line);
      }
    })
    .join('\n');

const zipped = (name: string, text: string, modified: number): ZippedFile => {
  const bytes = Buffer.from(text);
  return {
    ...{ name, modified, length: bytes.length },
    version: createHash('sha256').update(name).update(bytes).digest('hex'),
    read: ({ start, end }) => Readable.from([bytes.subarray(start, end + 1)]),
  };
};

const unwritable = (file: string, cause: unknown): SluiceError =>
  new SluiceError('OutputUnwritable', `the file cannot be written: ${messageOf(cause)}`, {
    kind: 'unavailable',
    where: { file },
    hint: 'Choose another folder, or free some space.',
    cause,
  });

const README = `What \`sluice doctor --bundle\` has collected, for whoever helps. Look through it before you pass it on.

machine.json        versions, processor, memory, disk and limits
doctor.json         what the doctor found
configuration.json  settings that differ from their defaults; secrets are only said to be set
topologies.json     topologies, pipelines.json live pipelines, adapters.json remote device adapters: without the values of parameters
database.json       how much there is of what, and what could not be read
events.jsonl        the newest events
log.txt             the end of the log
metrics.txt         the metrics of the engine, if it runs
manifest.json       sizes and checksums of these files

Left out: passwords, tokens, keys and names of users, values of parameters, queries of URLs, and every known secret wherever it stands.
Left in: addresses of cameras, names of pipelines and videos, paths of files.
`;
