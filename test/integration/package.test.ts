import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'sluice-consumer-'));

const inProject = (command: string, ...args: string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

/** Paths below node_modules of what the package needs, from the lock file. */
const needed = (): string[] => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(join(ROOT, path)))
    .map(([path]) => path);
};

/**
 * The package in a project of its own. Tests have no network, so what it depends on is taken from this project's
 * node_modules, native parts included, before npm is asked to install the packed file offline.
 */
beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ filename }] = Object.values(JSON.parse(packed)) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  writeFileSync(join(folder, '.npmrc'), 'engine-strict=true\noffline=true\naudit=false\nfund=false\n');
  for (const path of needed()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, verbatimSymlinks: true, force: false });
  }
  const { status, output } = inProject('npm', 'install', '--ignore-scripts', `./${filename}`);
  if (status !== 0) throw new Error(`npm could not install the package:\n${output}`);
  // What a program in TypeScript has beside it. After the installation, which removes what nobody asks for.
  for (const types of ['@types/node', 'undici-types']) {
    cpSync(join(ROOT, 'node_modules', types), join(folder, 'node_modules', types), { recursive: true });
  }
  cpSync(join(ROOT, 'test/kit/consumer'), folder, { recursive: true });
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package, installed', () => {
  it('is accepted by the strictest compiler, with its own types and nothing else', { timeout: 900_000 }, () => {
    const options = {
      ...{ target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: false, types: ['node'], outDir: 'out' },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, rootDir: '.' },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
    expect(inProject(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')).toEqual({
      status: 0,
      output: '',
    });
  });

  it('runs a small program', () => {
    const { status, output } = inProject(process.execPath, 'out/program.js', join(folder, 'data'));
    expect({ status, output }).toMatchObject({ status: 0 });
    const lines = output.trim().split('\n');
    expect(lines[0]).toBe('1 Sluice.Operational.EngineStarted');
    expect(lines.slice(-3)).toEqual([expect.stringMatching(/NetworkError$/), 'yard active 0', 'CameraNotFound']);
  });

  it('has its command', () => {
    expect(inProject('npx', '--offline', 'sluice', '--help')).toMatchObject({
      status: 0,
      output: expect.stringContaining('serve'),
    });
  });

  it('shows no file of its inside', () => {
    const script = "import('sluice/dist/engine/parts-of.js').then(() => console.log('in'), (e) => console.log(e.code))";
    expect(inProject(process.execPath, '-e', script).output.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('needs no Node.js that it does not say it needs', () => {
    const ranges = needed().flatMap((path) => {
      const { name, engines } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
      return engines?.node ? [{ name, node: String(engines.node) }] : [];
    });
    expect(ranges.length).toBeGreaterThan(20);
    // engine-strict has checked this version; these are the others that are supported.
    for (const version of ['20.19.0', '22.12.0', '24.0.0']) {
      expect(ranges.filter(({ node }) => !admits(node, version))).toEqual([]);
    }
  });
});

/** Whether a range of versions, of the forms that packages use, admits one. */
const admits = (range: string, version: string): boolean =>
  range.split('||').some((part) => {
    const terms = part
      .trim()
      .replace(/([<>=^~]+)\s+/g, '$1')
      .split(/\s+/);
    return terms.every((term) => {
      const [, operator = '', text = ''] = /^([<>=^~]*)v?(.*)$/.exec(term)!;
      if (text === '' || text === '*') return true;
      const [wanted, found] = [text, version].map((each) => each.split('.').map((one) => Number.parseInt(one, 10)));
      const order = compare(found!, wanted!);
      if (operator === '>=') return order >= 0;
      if (operator === '>') return order > 0;
      if (operator === '<') return order < 0;
      if (operator === '<=') return order <= 0;
      // ^, ~ and 20.x: the same major version.
      return found![0] === wanted![0] && order >= 0;
    });
  });

const compare = (some: readonly number[], others: readonly number[]): number => {
  for (const [index, one] of some.entries()) {
    const other = others[index];
    if (other === undefined || Number.isNaN(other)) return 0;
    if (one !== other) return one - other;
  }
  return 0;
};
