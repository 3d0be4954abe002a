import { expect, it } from 'vitest';
import { LastWords } from '../../../../bridge/hosts/last-words.js';

const wordsOf = (text: string): string => {
  const words = new LastWords();
  for (const line of text.split('\n')) words.hear(line);
  return words.text;
};

it("are the loader's message out of what Node.js prints around it", () => {
  expect(
    wordsOf(`node:internal/modules/cjs/loader:1921
  return process.dlopen(module, path.toNamespacedPath(filename));
                 ^

Error: libgstreamer-1.0.so.0: cannot open shared object file: No such file or directory
    at Module._extensions..node (node:internal/modules/cjs/loader:1921:18)
    at Module.load (node:internal/modules/cjs/loader:1465:32) {
  code: 'ERR_DLOPEN_FAILED'
}

Node.js v20.20.2`),
  ).toBe('libgstreamer-1.0.so.0: cannot open shared object file: No such file or directory');
});

it('are of several lines what all of them say, and of very many the end', () => {
  expect(wordsOf('bwrap: setting up uid map: Permission denied\n')).toBe(
    'bwrap: setting up uid map: Permission denied',
  );
  expect(wordsOf('one\ntwo')).toBe('one; two');
  const long = wordsOf(Array.from({ length: 500 }, (_, n) => `a longer line ${n}`).join('\n'));
  expect(long).toMatch(/^….*longer line 499$/);
  expect(long.length).toBeLessThanOrEqual(401);
  expect(wordsOf('')).toBe('');
});

it('have no credentials', () => {
  expect(wordsOf('cannot play rtsp://admin:pass@camera/1')).toBe('cannot play rtsp://camera/1');
});
