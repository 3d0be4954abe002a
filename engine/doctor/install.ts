/** How to install Debian packages, in one line: what is missing, or everything that Sluice needs. */
export const install = (...packages: string[]): string =>
  `Run \`sudo apt-get install -y ${packages.join(' ')}\`, or \`npx sluice setup\`, which installs all that is missing.`;
