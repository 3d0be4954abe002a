/** What follows a scheme's `://`, up to a blank or to the next scheme. */
const AFTER_SCHEME = /:\/\/((?:(?!:\/\/)\S)+)/g;
const PLAIN_HOST = /^(?:\[[^[\]@]*\]|[^:@[\]]*)$/;
const HOST_AND_PORT = /^(?:\[[^[\]@]*\]|[^:@[\]]*):\d*$/;

/**
 * Removes `user:password@` from every URL in a text, in time linear in its length.
 *
 * People type passwords as they are, so a URL's user and password may hold @, / and more where a parser would end them.
 * In doubt too much is removed: `rtsp://admin:12/34@cam/1` could be the host `admin` at port 12, and becomes
 * `rtsp://cam/1`.
 */
export const withoutCredentials = (text: string): string =>
  text.replace(AFTER_SCHEME, (_, after: string) => `://${after.slice(lengthOfCredentials(after))}`);

const lengthOfCredentials = (after: string): number => {
  const authority = /^[^/?#]*/.exec(after)![0];
  if (PLAIN_HOST.test(authority)) return 0;
  const couldBeHost = authority.includes('@') || HOST_AND_PORT.test(authority);
  const suspect = couldBeHost ? /^[^?#]*/.exec(after)![0] : after;
  return suspect.lastIndexOf('@') + 1;
};
