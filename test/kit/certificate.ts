import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp-dir.js';

/** A self-signed certificate for a host name, made for this test and gone with it. Needs the openssl program. */
export const selfSigned = (hostName: string, kind: 'ec' | 'rsa' = 'ec'): { cert: string; key: string } => {
  const dir = tempDir();
  const keyFile = join(dir, 'key.pem');
  const certFile = join(dir, 'cert.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-nodes', '-days', '2']
      .concat(kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['-newkey', 'rsa:2048'])
      .concat(['-subj', `/CN=${hostName}`, '-addext', `subjectAltName=DNS:${hostName},IP:127.0.0.1`])
      .concat(['-keyout', keyFile, '-out', certFile]),
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
};
