const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const SHORTEST = 16;
const LONGEST = 64;

/** A key of Standard Webhooks, base64 of 16 to 64 bytes with or without `whsec_` in front; undefined for anything else. */
export const signingKeyOf = (text: string): Buffer | undefined => {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  if (!BASE64.test(base64)) return undefined;
  const key = Buffer.from(base64, 'base64');
  return key.length >= SHORTEST && key.length <= LONGEST ? key : undefined;
};
