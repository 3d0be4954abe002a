import { expect, it } from 'vitest';
import { loaderFault } from '../../../../engine/doctor/loader-words.js';

it.each([
  [
    'another Node.js',
    "The module '/app/better_sqlite3.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 115. This version of Node.js requires NODE_MODULE_VERSION 137. Please try re-compiling",
    /compiled for another Node\.js \(NODE_MODULE_VERSION 115; .* has 137\)/,
    /npm rebuild driver/,
  ],
  [
    'a library that is missing',
    'libgstreamer-1.0.so.0: cannot open shared object file: No such file or directory',
    /libgstreamer-1\.0\.so\.0: cannot open shared object file/,
    /sluice setup.*libgstreamer-1\.0\.so\.0/,
  ],
  [
    'no native part',
    'Could not locate the bindings file. Tried: → …',
    /not compiled/,
    /sluice setup.*npm rebuild driver/,
  ],
  ['no package', "Cannot find module 'driver'", /not installed/, /npm install/],
  ['anything else', '/app/x.node: invalid ELF header', /invalid ELF header/, /npm rebuild driver/],
])('says what is wrong and how to mend it: %s', (_, said, detail, mend) => {
  const fault = loaderFault('driver', said, null);
  expect(fault.detail).toMatch(detail);
  expect(fault.mend).toMatch(mend);
});

it('tells of a process that was killed by what it loaded', () => {
  expect(loaderFault('driver', '', 'SIGSEGV').detail).toMatch(/ended by SIGSEGV/);
  expect(loaderFault('driver', 'FATAL ERROR: v8', 'SIGABRT').detail).toMatch(/SIGABRT: FATAL ERROR: v8/);
});
