/** Where a device is and how to get in, with every parameter substituted. Holds secrets: never log, publish or store it. */
export interface ResolvedEndpoint {
  url: string;
  secured: boolean;
  credentials?:
    | { type: 'usernamePassword'; username: string; password: string }
    | { type: 'httpHeader'; headerName: string; headerValue: string };
  /** PEM certificates that are trusted instead of the system's. */
  trustedCertificates?: string[];
  ignoreHostname: boolean;
  ignoreSignature: boolean;
}
