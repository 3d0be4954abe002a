import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { type ChannelCredentials, type ChannelOptions, credentials, Metadata } from '@grpc/grpc-js';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import type { Trouble } from '../types.js';

/** Where and how to connect. Holds secrets: never log it. */
export interface Address {
  readonly target: string;
  /** The same for people. */
  readonly shown: string;
  readonly credentials: ChannelCredentials;
  readonly metadata: Metadata;
  /** What must not be shown of what a server says. */
  readonly secrets: readonly string[];
  readonly options: ChannelOptions;
}

export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  /** Nothing that waiting would mend. */
  | { readonly ok: false; readonly trouble: Trouble };

/** AVA's name for it; servers that check credentials look there. */
const AUTHENTICATION = 'x-ms-authentication';
const KEY = /^[0-9a-z_.-]+$/;
const VALUE = /^[ -~]*$/;

const refused = (kind: Trouble['kind'], code: string, message: string): AddressResult => ({
  ok: false,
  trouble: { kind, code, message },
});

/** Turns an endpoint into what the library wants. The messages hold no secrets, as those of the library would. */
export const addressOf = (endpoint: ResolvedEndpoint): AddressResult => {
  const url = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined;
  if (!url?.hostname) {
    return refused('network', 'addressInvalid', 'The endpoint has no host; write its URL like tcp://host:port.');
  }
  const secured = endpoint.secured || url.protocol === 'https:';
  if (secured && endpoint.ignoreSignature && !endpoint.ignoreHostname) {
    return refused(
      'tls',
      'validationOptionsUnsupported',
      'With ignoreSignature the host name of the certificate is not verified either. Set ignoreHostname too, or put the certificate into trustedCertificates.',
    );
  }
  const metadata = metadataOf(endpoint);
  if (metadata === undefined) {
    return refused(
      'authentication',
      'credentialsInvalid',
      'The header of the credentials cannot be sent: its name or value has characters other than printable ASCII.',
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const shown = `${url.hostname}:${url.port || (secured ? 443 : 80)}`;
  try {
    const tls = secured ? tlsOf(host, endpoint) : undefined;
    return {
      ok: true,
      address: {
        target: `dns:${shown}`,
        shown,
        credentials: tls?.credentials ?? credentials.createInsecure(),
        metadata,
        secrets: secretsOf(endpoint),
        options: tls?.options ?? {},
      },
    };
  } catch {
    return refused('tls', 'certificatesInvalid', 'trustedCertificates cannot be read; give each of them in PEM form.');
  }
};

/** @throws Error if a certificate cannot be read */
const tlsOf = (
  host: string,
  { trustedCertificates = [], ignoreHostname, ignoreSignature }: ResolvedEndpoint,
): { credentials: ChannelCredentials; options: ChannelOptions } => {
  // Node passes over what is no certificate, and then trusts nobody.
  for (const certificate of trustedCertificates) new X509Certificate(certificate);
  const context = createSecureContext(trustedCertificates.length > 0 ? { ca: trustedCertificates } : {});
  return {
    credentials: credentials.createFromSecureContext(context, {
      checkServerIdentity: (_, certificate) => (ignoreHostname ? undefined : checkServerIdentity(host, certificate)),
      rejectUnauthorized: !ignoreSignature,
    }),
    // An address is no server name (RFC 6066), yet the library sends one; who is asked for is checked above.
    options: isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'server.invalid' },
  };
};

/** @returns undefined if it cannot be sent */
const metadataOf = ({ credentials: given }: ResolvedEndpoint): Metadata | undefined => {
  const metadata = new Metadata();
  if (given === undefined) return metadata;
  const [name, value] =
    given.type === 'usernamePassword'
      ? [AUTHENTICATION, `Basic ${Buffer.from(`${given.username}:${given.password}`).toString('base64')}`]
      : [given.headerName.toLowerCase(), given.headerValue];
  // Names that begin with grpc- are the protocol's own.
  if (!KEY.test(name) || name.startsWith('grpc-')) return undefined;
  if (name.endsWith('-bin')) metadata.set(name, Buffer.from(value));
  else if (VALUE.test(value)) metadata.set(name, value);
  else return undefined;
  return metadata;
};

/** Longest first, so that no part of one is left. Short ones would turn plain words into stars. */
const secretsOf = ({ credentials: given }: ResolvedEndpoint): string[] => {
  if (given === undefined) return [];
  const parts =
    given.type === 'usernamePassword'
      ? [Buffer.from(`${given.username}:${given.password}`).toString('base64'), given.password]
      : [given.headerValue, ...given.headerValue.split(' ')];
  return parts.filter((part) => part.length >= 4).sort((a, b) => b.length - a.length);
};
