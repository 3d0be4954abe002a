/** An endpoint with every parameter filled in. Holds secrets: never log, publish or store it. */
export interface ResolvedEndpoint {
  url: string;
  /** Whether the document asks for TLS. */
  secured: boolean;
  credentials?:
    | { type: 'usernamePassword'; username: string; password: string }
    | { type: 'httpHeader'; headerName: string; headerValue: string };
  /** Certificates in PEM that are trusted instead of the system's. */
  trustedCertificates?: string[];
  ignoreHostname: boolean;
  ignoreSignature: boolean;
}
