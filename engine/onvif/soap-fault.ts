import { printable } from './device-text.js';
import { OnvifError } from './errors.js';
import { child, fullTextOf, textOf, type XmlElement } from './xml-tree.js';

/** What SOAP itself calls faults: they say no more than that there is one. */
const GENERAL = /^(?:client|server|sender|receiver)$/i;
/** Deeper than any device's subcodes. */
const MAX_CODES = 5;
const UNAUTHORIZED_CODE =
  /^(?:sender)?not-?authorized$|^unauthorized$|^failedauthentication$|^invalidsecurity(?:token)?$/i;
const UNAUTHORIZED_WORDS = /not ?authorized|unauthorized|authority failure|sender not auth/i;

/** A fault of SOAP 1.1 or 1.2, in the device's words. */
export const faultOf = (fault: XmlElement): OnvifError => {
  const codes = codesOf(fault);
  const reason = reasonOf(fault);
  const words = wordsOf(reason, codes);
  const unauthorized = codes.some((code) => UNAUTHORIZED_CODE.test(code)) || UNAUTHORIZED_WORDS.test(reason);
  return unauthorized
    ? new OnvifError('OnvifUnauthorized', `the device refuses the credentials: ${words}`)
    : new OnvifError('OnvifFault', `the device answers with a fault: ${words}`);
};

/** Names of the codes that mean something, without prefixes, from the general to the special. */
const codesOf = (fault: XmlElement): string[] => {
  const codes: XmlElement[] = [];
  for (let code = child(fault, 'Code'); code && codes.length < MAX_CODES; code = child(code, 'Subcode')) {
    const value = child(code, 'Value');
    if (value) codes.push(value);
  }
  // SOAP 1.1 puts a dot between a code and its subcode.
  return [...codes, child(fault, 'faultcode')]
    .flatMap((code) =>
      printable(textOf(code) ?? '', 80)
        .replace(/^.*:/, '')
        .split('.'),
    )
    .filter((code) => code !== '' && !GENERAL.test(code));
};

/** In the first language, if there are several. */
const reasonOf = (fault: XmlElement): string => {
  const reason = child(fault, 'Reason');
  const detail = child(fault, 'Detail') ?? child(fault, 'detail');
  const text =
    textOf(child(reason, 'Text')) ??
    textOf(reason) ??
    textOf(child(fault, 'faultstring')) ??
    (detail ? fullTextOf(detail) : '');
  return printable(text);
};

/** The reason, with the codes that it does not name itself. */
const wordsOf = (reason: string, codes: readonly string[]): string => {
  const named = letters(reason);
  const more = codes.filter((code) => !named.includes(letters(code))).join(', ');
  if (reason === '') return more === '' ? 'it gives no reason' : more;
  return more === '' ? reason : `${reason} (${more})`;
};

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
