/** What a loader's message means, and how to mend it. */
export interface LoaderFault {
  /** The loader's own words, in one line. */
  detail: string;
  mend: string;
}

const ABI = /NODE_MODULE_VERSION (\d+)/g;
const NO_LIBRARY = ': cannot open shared object file';

/**
 * @param name the package
 * @param said what the process said that loaded it
 * @param signal that ended it, if one did
 */
export const loaderFault = (name: string, said: string, signal: string | null): LoaderFault => {
  const rebuild = `Run \`npm rebuild ${name}\` with the Node.js that Sluice runs on, or \`npm run setup\` in its own folder.`;
  const [made, here] = [...said.matchAll(ABI)].map((match) => match[1]);
  if (here !== undefined) {
    return {
      detail: `compiled for another Node.js (NODE_MODULE_VERSION ${made}; this one, ${process.version}, has ${here})`,
      mend: rebuild,
    };
  }
  if (said.includes(NO_LIBRARY)) {
    const library = said.slice(0, said.indexOf(NO_LIBRARY)).split(/\s/).at(-1);
    return {
      detail: `a system library is missing: ${library}${NO_LIBRARY}`,
      mend: `Run \`npx sluice setup\`, or install the package that has ${library} (\`apt-file search ${library}\`).`,
    };
  }
  if (/Could not locate the bindings file|Cannot find module '[^']*(?:\.node|bindings|build\/)/.test(said)) {
    return {
      detail: 'its native part was not compiled',
      mend: `Run \`npx sluice setup\` for the compiler and the headers. ${rebuild}`,
    };
  }
  if (/Cannot find (?:module|package)/.test(said)) {
    return {
      detail: `the package is not installed: ${said}`,
      mend: 'Run `npm install` again, optional dependencies included, or `npm run setup`.',
    };
  }
  const how = signal === null ? '' : `the process that loaded it was ended by ${signal}`;
  return { detail: [how, said].filter((part) => part !== '').join(': ') || 'it cannot be loaded', mend: rebuild };
};
