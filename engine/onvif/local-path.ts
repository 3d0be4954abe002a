const MAX_LENGTH = 1024;

/**
 * Path and query of an address that a device gives for one of its services. The rest of it is not used: behind NAT it
 * is the device's inner address, and nobody may send us to another host. Undefined if it is no HTTP URL.
 */
export const localPathOf = (address: string | undefined): string | undefined => {
  if (address === undefined || !/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname.length + search.length > MAX_LENGTH ? undefined : `${pathname}${search}`;
};
