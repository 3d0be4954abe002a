import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a test file; remove it in `afterAll`. */
export const tempFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** A certificate that signs itself, for `localhost` and 127.0.0.1 or for the names given. */
export const selfSigned = (
  folder: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): { cert: string; key: string; pem: string; keyPem: string } => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'].concat([
      '-addext',
      `subjectAltName=${names}`,
      '-keyout',
      key,
      '-out',
      cert,
    ]),
    { stdio: 'ignore' },
  );
  return { cert, key, pem: readFileSync(cert, 'utf8'), keyPem: readFileSync(key, 'utf8') };
};

/** A short clip of moving test bars; `options` are ffmpeg's for the output. */
export const makeClip = (path: string, seconds: number, options: readonly string[]): string => {
  const source = `testsrc=size=320x180:rate=25:duration=${seconds}`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', ...options, path]);
  return path;
};
