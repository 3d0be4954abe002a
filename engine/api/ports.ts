/** What the server needs of the engine besides methods and inputs. Each is small, so that tests can stand in. */

export interface Readiness {
  ready: boolean;
  /** What was checked, and what is wrong: `{ "eventLog": "ok", "pipelines": "the database cannot be written" }`. */
  checks: Record<string, string>;
}

export interface MetricsText {
  /** Prometheus text format, version 0.0.4. */
  text(): Promise<string>;
}

/** What other parts add to /openapi.json. */
export interface OpenApiParts {
  /** Operations by path; they replace the server's own for the same path. */
  paths: Record<string, Record<string, unknown>>;
  /** For #/components/schemas; must include `MethodError`, the body of every refusal. */
  schemas: Record<string, Record<string, unknown>>;
}
