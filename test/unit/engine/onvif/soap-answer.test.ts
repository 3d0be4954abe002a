import { describe, expect, it } from 'vitest';
import { responseIn } from '../../../../engine/onvif/soap-answer.js';
import { textOf } from '../../../../engine/onvif/xml-tree.js';

const envelope = (body: string): string =>
  `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>${body}</s:Body></s:Envelope>`;

const fault12 = (codes: readonly string[], reason: string, more = ''): string => {
  const code = codes.reduceRight(
    (inside, value, depth) =>
      depth === 0
        ? `<s:Code><s:Value>${value}</s:Value>${inside}</s:Code>`
        : `<s:Subcode><s:Value>${value}</s:Value>${inside}</s:Subcode>`,
    '',
  );
  return envelope(`<s:Fault>${code}<s:Reason>${reason}</s:Reason>${more}</s:Fault>`);
};

const fault11 = (code: string, text: string, detail = ''): string =>
  `<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Body><E:Fault><faultcode>${code}</faultcode><faultstring>${text}</faultstring>${detail}</E:Fault></E:Body></E:Envelope>`;

const failure = (xml: string, status = 200): string => {
  try {
    responseIn({ status, xml }, 'GetDNSResponse');
    return 'none';
  } catch (thrown) {
    const { code, message } = thrown as { code: string; message: string };
    return `${code}: ${message}`;
  }
};

const FAULT = 'OnvifFault: the device answers with a fault:';
const REFUSED = 'OnvifUnauthorized: the device refuses the credentials';

describe('a SOAP answer', () => {
  it('is the element that was asked for, whatever the status is', () => {
    for (const status of [200, 202, 500]) {
      const xml = envelope('<x:GetDNSResponse>yes</x:GetDNSResponse>');
      expect(textOf(responseIn({ status, xml }, 'GetDNSResponse'))).toBe('yes');
    }
  });

  it('is a fault in the words of the device, of either SOAP and with any status', () => {
    for (const status of [200, 400, 500]) {
      expect(
        failure(fault12(['s:Sender', 'ter:InvalidArgVal'], '<s:Text xml:lang="en">No such thing</s:Text>'), status),
      ).toBe(`${FAULT} No such thing (InvalidArgVal)`);
      expect(failure(fault11('SOAP-ENV:Server', 'out of\n order'), status)).toBe(`${FAULT} out of order`);
    }
  });

  it('is told with codes only as far as the reason does not name them', () => {
    const reason = '<s:Text>Optional Action Not Implemented</s:Text>';
    expect(failure(fault12(['s:Receiver', 'ter:ActionNotSupported', 'ter:NoPullPoint'], reason))).toBe(
      `${FAULT} Optional Action Not Implemented (ActionNotSupported, NoPullPoint)`,
    );
    expect(failure(fault12(['s:Sender', 'ter:ActionNotSupported'], '<s:Text>action not supported</s:Text>'))).toBe(
      `${FAULT} action not supported`,
    );
    expect(failure(fault11('Client.BadArgument', 'no'))).toBe(`${FAULT} no (BadArgument)`);
  });

  it('is told in the first language, by its detail or by its codes if there is no reason', () => {
    expect(failure(fault12(['s:Sender'], '<s:Text xml:lang="zh">不</s:Text><s:Text xml:lang="en">no</s:Text>'))).toBe(
      `${FAULT} 不`,
    );
    expect(failure(fault12(['s:Sender'], '', '<s:Detail><x><y>disk</y> full</x></s:Detail>'))).toBe(
      `${FAULT} disk full`,
    );
    expect(failure(fault12(['s:Sender', 'ter:Deep'], '<s:Text/>'))).toBe(`${FAULT} Deep`);
    expect(failure(fault12(['s:Sender'], ''))).toBe(`${FAULT} it gives no reason`);
    expect(failure('<s:Envelope><s:Body><s:Fault><s:Code/></s:Fault></s:Body></s:Envelope>')).toBe(
      `${FAULT} it gives no reason`,
    );
  });

  it('is cleaned and cut', () => {
    const long = failure(
      fault12(['s:Sender', `ter:${'Y'.repeat(500)}`], `<s:Text>a&#x202e;b\u0085${'x '.repeat(5000)}</s:Text>`),
    );
    expect(long).toContain('a b x x');
    expect(long.length).toBeLessThan(400);
  });

  it('is a refusal of the credentials by code, by words or by status', () => {
    expect(failure(fault12(['s:Sender', 'ter:NotAuthorized'], '<s:Text>Locked for 30 min</s:Text>'), 400)).toBe(
      `${REFUSED}: Locked for 30 min (NotAuthorized)`,
    );
    expect(failure(fault12(['s:Sender', 'wsse:FailedAuthentication'], '<s:Text>no</s:Text>'), 500)).toMatch(REFUSED);
    expect(failure(fault11('ter:NotAuthorized', ''))).toMatch(REFUSED);
    expect(
      failure(
        fault12(
          ['s:Sender'],
          '<s:Text>The action requested requires authorization and the sender is not authorized</s:Text>',
        ),
      ),
    ).toMatch(REFUSED);
    expect(failure('<html>no</html>', 401)).toBe(`${REFUSED} (401)`);
    expect(failure('', 403)).toBe(`${REFUSED} (403)`);
    expect(failure(fault12(['s:Sender', 'ter:OperationProhibited'], '<s:Text>no</s:Text>'))).toMatch(FAULT);
  });

  it('says what came in its place, with the status', () => {
    const not = 'OnvifBadAnswer: the answer of the device is not understood:';
    expect(failure('<html>404</html>', 404)).toBe(`${not} it is an HTML page (HTTP status 404)`);
    expect(failure('<?xml version="1.0"?><html xmlns="x"/>')).toBe(`${not} it is an HTML page`);
    expect(failure('', 500)).toBe(`${not} it is empty (HTTP status 500)`);
    expect(failure('<root/>')).toBe(`${not} it is no SOAP but <root>`);
    expect(failure('<Envelope/>')).toBe(`${not} its SOAP body is empty`);
    expect(failure(envelope(''))).toBe(`${not} its SOAP body is empty`);
    expect(failure(envelope('<GetNTPResponse/>'))).toBe(
      `${not} its SOAP body holds GetNTPResponse in the place of GetDNSResponse`,
    );
    expect(failure(envelope('<GetDNSResponse>').slice(0, -20))).toMatch(/it breaks off after \d+ characters$/);
  });
});
