/** Pointer to a property or item of what `pointer` points to, escaped as in RFC 6901. */
export const child = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replace(/~/g, '~0').replace(/\//g, '~1')}`;
