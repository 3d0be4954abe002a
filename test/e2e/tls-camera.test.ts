import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { EventRecord } from '../../engine/index.js';
import { createLogger } from '../../engine/log/logger.js';
import { isNamed, of, openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { processTexts } from '../kit/processes.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { selfSigned, tempFolder } from '../kit/temp-files.js';

const folder = tempFolder();
const own = selfSigned(folder.path);
const otherFolder = tempFolder();
const other = selfSigned(otherFolder.path);
afterAll(() => {
  folder.remove();
  otherFolder.remove();
});

const PASSWORD = 'kept-to-ourselves-7391';

interface TlsCase {
  certificates?: string[];
  options?: { ignoreHostname?: boolean; ignoreSignature?: boolean };
  host: '127.0.0.1' | '127.0.0.2';
  /** Undefined: the stream comes. */
  errorCode?: RegExp;
}

const cases: Record<string, TlsCase> = {
  trusted: { certificates: [own.pem], host: '127.0.0.1' },
  unknown: { host: '127.0.0.1', errorCode: /SELF_SIGNED|UNABLE_TO|tls/i },
  wrongAuthority: { certificates: [other.pem], host: '127.0.0.1', errorCode: /SELF_SIGNED|UNABLE_TO|SIGNATURE|tls/i },
  wrongName: { certificates: [own.pem], host: '127.0.0.2', errorCode: /ALTNAME|tls/i },
  nameIgnored: { certificates: [own.pem], host: '127.0.0.2', options: { ignoreHostname: true } },
  signatureIgnored: { host: '127.0.0.1', options: { ignoreSignature: true } },
  notIgnoredEnough: { host: '127.0.0.2', options: { ignoreSignature: true }, errorCode: /ALTNAME|tls/i },
};

describe('cameras behind TLS', () => {
  let camera: TestCamera | undefined;
  let test: TestEngine | undefined;

  afterEach(async () => {
    await test?.remove();
    await camera?.stop();
    test = undefined;
    camera = undefined;
  });

  it('are trusted as the topology says, and their passwords appear nowhere', async () => {
    const secured = await startCamera({
      scenes: ['quiet'],
      host: '0.0.0.0',
      user: 'admin',
      password: PASSWORD,
      auth: 'digest',
      tls: { cert: own.cert, key: own.key },
    });
    camera = secured;
    const lines: string[] = [];
    const log = createLogger('debug', { write: (line) => void lines.push(line) });
    test = await openTestEngine({ log, settings: { 'camera.connectionsPerSecond': '100' } });
    const { engine } = test;
    for (const [name, { certificates, options, host }] of Object.entries(cases)) {
      const endpoint = {
        '@type': '#Microsoft.VideoAnalyzer.TlsEndpoint',
        url: '${rtspUrl}',
        credentials: {
          '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
          username: 'admin',
          password: '${rtspPassword}',
        },
        ...(certificates
          ? { trustedCertificates: { '@type': '#Microsoft.VideoAnalyzer.PemCertificateList', certificates } }
          : {}),
        ...(options
          ? {
              validationOptions: {
                ignoreHostname: String(options.ignoreHostname ?? false),
                ignoreSignature: String(options.ignoreSignature ?? false),
              },
            }
          : {}),
      };
      const topology = motionToFiles({ name: `Tls-${name}`, endpoint });
      topology.properties.parameters.push({ name: 'rtspPassword', type: 'secretString' });
      engine.topologies.set(topology);
      const url = secured.url.replace(/\/\/[^:/]+/, `//${host}`);
      engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl: url, rtspPassword: PASSWORD }));
      await engine.pipelines.activate(name);
    }
    const heard = (name: string) => (event: EventRecord) =>
      of(name)(event) && /Error$|MediaSessionEstablished$/.test(event.eventType);
    await test.until((events) => Object.keys(cases).every((name) => events.some(heard(name))));

    for (const [name, { errorCode }] of Object.entries(cases)) {
      const first = test.events.find(heard(name));
      if (errorCode) {
        expect(first?.eventType, name).toMatch(/\.NetworkError$/);
        expect(String(first?.data['errorCode']), name).toMatch(errorCode);
      } else expect(isNamed(first as EventRecord, 'MediaSessionEstablished'), name).toBe(true);
    }

    const seen = {
      events: JSON.stringify(test.events),
      log: lines.join('\n'),
      methods: JSON.stringify(
        await Promise.all(
          ['livePipelineList', 'pipelineTopologyList'].map((method) => engine.invoke(method, { '@apiVersion': '1.1' })),
        ),
      ),
      state: JSON.stringify([engine.stats(), engine.readiness(), await engine.metrics.text()]),
      processes: processTexts([...engine.stats().hosts.map((host) => host.pid), secured.pid]),
    };
    expect(seen.methods).toContain('rtspPassword');
    expect(seen.log).toContain('127.0.0.2');
    for (const [where, text] of Object.entries(seen)) {
      expect(text.length, where).toBeGreaterThan(10);
      expect(text.includes(PASSWORD), `the password is in the ${where}`).toBe(false);
      // Nor in the form in which it travels.
      expect(text.includes(Buffer.from(`admin:${PASSWORD}`).toString('base64')), where).toBe(false);
    }
  });
});
