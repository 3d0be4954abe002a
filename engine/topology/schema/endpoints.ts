import { type Static, Type } from 'typebox';
import type { ResolvedEndpoint } from '../../core/endpoint.js';
import { AVA } from '../node-definition.js';
import { type ValueRule, value } from './value-rule.js';

/** Marks a union of objects that are distinguished by `@type`. */
export const discriminated = { 'x-union': '@type' } as const;

const type = <const T extends string>(name: T) => Type.Literal(name, { description: 'Discriminator.' });
const secret: ValueRule = { kind: 'text', secret: true };

const UsernamePasswordCredentials = Type.Object(
  {
    '@type': type(`${AVA}UsernamePasswordCredentials`),
    username: value(secret, 'User name for basic or digest authentication.'),
    password: value(secret, 'Password. Give it as a secretString parameter, so that it is never read back.'),
  },
  { title: 'UsernamePasswordCredentials', description: 'A user name and a password.', additionalProperties: false },
);

const HttpHeaderCredentials = Type.Object(
  {
    '@type': type(`${AVA}HttpHeaderCredentials`),
    headerName: value({ kind: 'text', min: 1, max: 256 }, 'Name of the HTTP header.'),
    headerValue: value(secret, 'Value of the header. Give it as a secretString parameter.'),
  },
  {
    title: 'HttpHeaderCredentials',
    description: 'A header sent with every HTTP request.',
    additionalProperties: false,
  },
);

export const SymmetricKeyCredentials = Type.Object(
  {
    '@type': type(`${AVA}SymmetricKeyCredentials`),
    key: value(secret, 'Symmetric key. Give it as a secretString parameter.'),
  },
  { title: 'SymmetricKeyCredentials', description: 'The key of an IoT device.', additionalProperties: false },
);

const Credentials = Type.Union(
  [UsernamePasswordCredentials, HttpHeaderCredentials, SymmetricKeyCredentials],
  discriminated,
);

const PemCertificateList = Type.Object(
  {
    '@type': type(`${AVA}PemCertificateList`),
    certificates: Type.Array(value({ kind: 'text', min: 1 }, 'A certificate in PEM format.'), {
      minItems: 1,
      description: 'Certificates in PEM format, one in each item.',
    }),
  },
  {
    title: 'PemCertificateList',
    description: "Certificates to trust for this endpoint, in place of the system's.",
    additionalProperties: false,
  },
);

const TlsValidationOptions = Type.Object(
  {
    ignoreHostname: Type.Optional(
      value({ kind: 'bool', default: 'false' }, 'Whether a certificate for another host name is accepted.'),
    ),
    ignoreSignature: Type.Optional(
      value(
        { kind: 'bool', default: 'false' },
        'Whether a certificate is accepted without verifying its chain of trust.',
      ),
    ),
  },
  {
    title: 'TlsValidationOptions',
    description: 'Relaxes the verification of the certificate.',
    additionalProperties: false,
  },
);

const url = (schemes: readonly string[]) =>
  value({ kind: 'url', schemes }, 'URL of the endpoint. Each type of node accepts certain schemes.');

/** An endpoint of a node, with the URL schemes that the node can use. */
export const endpointOf = (schemes: readonly string[]) =>
  Type.Union(
    [
      Type.Object(
        {
          '@type': type(`${AVA}UnsecuredEndpoint`),
          url: url(schemes),
          credentials: Type.Optional(Credentials),
        },
        { title: 'UnsecuredEndpoint', description: 'An endpoint without TLS.', additionalProperties: false },
      ),
      Type.Object(
        {
          '@type': type(`${AVA}TlsEndpoint`),
          url: url(schemes),
          credentials: Type.Optional(Credentials),
          trustedCertificates: Type.Optional(Type.Union([PemCertificateList], discriminated)),
          validationOptions: Type.Optional(TlsValidationOptions),
        },
        {
          title: 'TlsEndpoint',
          description: 'An endpoint with TLS, whose certificate is verified.',
          additionalProperties: false,
        },
      ),
    ],
    { ...discriminated, description: 'Where to connect, and how.' },
  );

export type EndpointDocument = Static<ReturnType<typeof endpointOf>>;

/** Turns the endpoint of a document into settings. All parameters must be substituted. */
export const resolveEndpoint = (document: EndpointDocument): ResolvedEndpoint => {
  const tls = document['@type'] === '#Microsoft.VideoAnalyzer.TlsEndpoint' ? document : undefined;
  const credentials = credentialsOf(document);
  return {
    url: document.url,
    secured: tls !== undefined,
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls?.trustedCertificates === undefined ? {} : { trustedCertificates: tls.trustedCertificates.certificates }),
    ignoreHostname: tls?.validationOptions?.ignoreHostname === 'true',
    ignoreSignature: tls?.validationOptions?.ignoreSignature === 'true',
  };
};

const credentialsOf = ({ credentials }: EndpointDocument): ResolvedEndpoint['credentials'] => {
  switch (credentials?.['@type']) {
    case '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials':
      return { type: 'usernamePassword', username: credentials.username, password: credentials.password };
    case '#Microsoft.VideoAnalyzer.HttpHeaderCredentials':
      return { type: 'httpHeader', headerName: credentials.headerName, headerValue: credentials.headerValue };
    default:
      return undefined;
  }
};
