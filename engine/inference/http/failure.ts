import { messageOf, systemCode } from '../../core/errors.js';
import { printable } from '../../onvif/device-text.js';
import { ConnectFailure } from './connector.js';
import { type Loss, loss } from './loss.js';

/** What an exchange that failed means. This file alone knows undici's errors. */
export const failureOf = (error: unknown, label: string): Loss => {
  if (error instanceof ConnectFailure) return unreachable(error, label);
  const broken = brokenRule(error);
  if (broken !== undefined) {
    return loss('badAnswer', 'protocol', 'badAnswer', `${label} does not keep to HTTP: ${broken}.`, 'failing');
  }
  const code = systemCode(error) ?? '';
  const shown = /^E[A-Z]+$/.test(code) ? code : 'closed';
  const what = `${label} has closed the connection before the end of its answer.`;
  return loss('connection', 'network', shown, what, 'network');
};

/** What is wrong with what came; undefined if nothing came, or only the beginning of an answer. */
const brokenRule = (error: unknown): string | undefined => {
  const message = messageOf(error);
  const name = error instanceof Error ? error.name : '';
  if (name === 'HTTPParserError') return message.includes('Invalid EOF') ? undefined : inBrackets(message);
  switch (systemCode(error)) {
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'its answer is not as long as it says';
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'the headers of its answer have no end';
    case 'UND_ERR_SOCKET':
      // As opposed to a socket that was closed.
      return message.startsWith('bad ') ? `${message} (100 Continue, or another protocol)` : undefined;
    case 'ERR_ASSERTION':
      return printable(message);
    default:
      return undefined;
  }
};

/** The parser's own words, without undici's around them. */
const inBrackets = (message: string): string => printable(/\(([^()]+)\)$/.exec(message)?.[1] ?? message);

const unreachable = ({ stage, cause }: ConnectFailure, label: string): Loss => {
  const code = systemCode(cause) ?? stage;
  // Several addresses that failed are one error without a text.
  const why = printable(messageOf(cause)) || code;
  const message =
    stage === 'tls'
      ? `no secure connection to ${label}: ${why}. ${ADVICE[code] ?? 'Check that it takes https, and its certificate.'}`
      : `${label} cannot be reached: ${why}. Check that the server runs, and the endpoint's url.`;
  return loss('connection', stage, code, message, 'network');
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
