import { API_VERSIONS } from '../topology/schema/documents.js';
import { ControlError } from './errors.js';

/**
 * Checks the `@apiVersion` of a request. AVA's own schema does not require it, so a request without one is taken as
 * current.
 * @throws ControlError 400 `ApiVersionNotSupported`.
 */
export const checkApiVersion = (version: unknown): void => {
  if (version === undefined || version === null) return;
  if (API_VERSIONS.some((supported) => supported === version)) return;
  const seen = typeof version === 'string' ? `'${version.slice(0, 32)}'` : `of type ${typeof version}`;
  const supported = `Supported version(s): ${API_VERSIONS.join(', ')}.`;
  throw new ControlError(400, 'ApiVersionNotSupported', `The API version ${seen} is not supported. ${supported}`);
};
