import { notUnderstood, OnvifError } from './errors.js';
import { faultOf } from './soap-fault.js';
import { parseXml } from './xml-parse.js';
import { child, children, type XmlElement } from './xml-tree.js';

/** What came over HTTP. */
export interface SoapAnswer {
  status: number;
  xml: string;
}

/**
 * The element of an answer that holds what was asked for. It counts whatever the status, which many devices do not care
 * for.
 *
 * @throws OnvifError that says what came instead
 */
export const responseIn = ({ status, xml }: SoapAnswer, name: string): XmlElement => {
  if (status === 401 || status === 403) {
    throw new OnvifError('OnvifUnauthorized', `the device refuses the credentials (${status})`);
  }
  try {
    return responseOf(parseXml(xml), name);
  } catch (thrown) {
    if (!(thrown instanceof OnvifError) || thrown.code !== 'OnvifBadAnswer' || status === 200) throw thrown;
    throw thrown.reworded(`${thrown.message} (HTTP status ${status})`);
  }
};

const responseOf = (root: XmlElement, name: string): XmlElement => {
  if (root.name.toLowerCase() === 'html') throw notUnderstood('it is an HTML page');
  if (root.name !== 'Envelope') throw notUnderstood(`it is no SOAP but <${root.name.slice(0, 60)}>`);
  const body = child(root, 'Body');
  const fault = child(body, 'Fault');
  if (fault) throw faultOf(fault);
  const response = child(body, name);
  if (response) return response;
  const other = children(body)[0]?.name.slice(0, 60);
  throw notUnderstood(
    other === undefined ? 'its SOAP body is empty' : `its SOAP body holds ${other} in the place of ${name}`,
  );
};
