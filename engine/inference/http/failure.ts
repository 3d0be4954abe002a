import { messageOf, systemCode } from '../../core/errors.js';
import { printable } from '../../onvif/device-text.js';
import { ConnectFailure } from './connector.js';
import type { Loss } from './judgement.js';

/** What an exchange that failed means; undici's errors are known here only. */
export const failureOf = (error: unknown, label: string): Loss => {
  if (error instanceof ConnectFailure) return unreachable(error, label);
  const code = systemCode(error) ?? 'error';
  const message = messageOf(error);
  if (isBroken(code, message)) {
    return {
      kind: 'loss',
      cause: 'badAnswer',
      trouble: {
        kind: 'protocol',
        code: code.startsWith('UND_ERR') ? 'badAnswer' : code,
        message: `${label} does not keep to HTTP: ${printable(message)}.`,
      },
      wait: 'failing',
    };
  }
  return {
    kind: 'loss',
    cause: 'connection',
    trouble: {
      kind: 'network',
      code: /^E[A-Z]+$/.test(code) ? code : 'closed',
      message: `${label} has closed the connection before the end of its answer.`,
    },
    wait: 'network',
  };
};

/** What came was no HTTP, as opposed to nothing, or to the beginning of an answer. */
const isBroken = (code: string, message: string): boolean =>
  (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') ||
  code === 'UND_ERR_HEADERS_OVERFLOW' ||
  code === 'ERR_ASSERTION' ||
  (code === 'UND_ERR_SOCKET' && message.startsWith('bad '));

const unreachable = ({ stage, cause }: ConnectFailure, label: string): Loss => {
  const code = systemCode(cause) ?? stage;
  // Several addresses that failed are one error without a text.
  const why = printable(messageOf(cause)) || code;
  const message =
    stage === 'tls'
      ? `no secure connection to ${label}: ${why}. ${ADVICE[code] ?? 'Check that it takes https, and its certificate.'}`
      : `${label} cannot be reached: ${why}. Check that the server runs, and the endpoint's url.`;
  return { kind: 'loss', cause: 'connection', trouble: { kind: stage, code, message }, wait: 'network' };
};

const TRUST = "Add the certificate of its authority to the endpoint's trustedCertificates.";
const ADVICE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
  SELF_SIGNED_CERT_IN_CHAIN: TRUST,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Use the host name that its certificate is made out for, or set ignoreHostname in the validationOptions.',
  CERT_HAS_EXPIRED: 'Renew the certificate.',
};
