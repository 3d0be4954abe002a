/** What the server needs of the engine besides methods and inputs. Each is small, so that tests can stand in. */

export interface Readiness {
  ready: boolean;
  /** What was looked at, and what is wrong if something is: `{ "eventLog": "ok", "hosts": "1 of 2 does not answer" }`. */
  checks: Record<string, string>;
}

export interface MetricsText {
  /** Prometheus text format, version 0.0.4. */
  text(): Promise<string>;
}

/** What others than the server can say of its routes, for /openapi.json. */
export interface OpenApiParts {
  /** Operations by path; they go before the server's own of the same path. */
  paths: Record<string, Record<string, unknown>>;
  /** For #/components/schemas. One of them is `MethodError`, the body of every refusal. */
  schemas: Record<string, Record<string, unknown>>;
}
