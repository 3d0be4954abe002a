import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEVICE, envelopeOf, operation, securityHeader } from '../../../../engine/onvif/soap-request.js';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';
import { attributeOf, child, textOf } from '../../../../engine/onvif/xml-tree.js';
import { escapeXml } from '../../../../engine/onvif/xml-write.js';

describe('a request', () => {
  it('is an envelope of SOAP 1.2', () => {
    const root = parseXml(envelopeOf(operation(DEVICE, 'GetDNS', '<A>1</A>'), '<H xmlns="urn:h">2</H>'));
    expect(root.declarations).toEqual({ s: 'http://www.w3.org/2003/05/soap-envelope' });
    expect(textOf(child(root, 'Header', 'H'))).toBe('2');
    expect(child(root, 'Body', 'GetDNS')?.declarations).toEqual({ '': DEVICE });
    expect(textOf(child(root, 'Body', 'GetDNS', 'A'))).toBe('1');
    expect(operation(DEVICE, 'GetDNS').action).toBe(`${DEVICE}/GetDNS`);
  });

  it('is signed with name and password as they are, whatever their characters', () => {
    const [name, password] = ['a&b <"ü">', 'pä€&<w'];
    const created = new Date('2026-01-02T03:04:05.678Z');
    const nonce = Buffer.from([0, 1, 255]);
    const root = parseXml(envelopeOf(operation(DEVICE, 'GetDNS'), securityHeader(name, password, created, nonce)));
    const token = child(root, 'Header', 'Security', 'UsernameToken');
    expect(attributeOf(child(root, 'Header', 'Security'), 'mustUnderstand')).toBe('1');
    expect(textOf(child(token, 'Username'))).toBe(name);
    expect(textOf(child(token, 'Created'))).toBe('2026-01-02T03:04:05.678Z');
    expect(Buffer.from(textOf(child(token, 'Nonce'))!, 'base64')).toEqual(nonce);
    const digest = createHash('sha1').update(
      Buffer.concat([nonce, Buffer.from(`2026-01-02T03:04:05.678Z${password}`)]),
    );
    expect(textOf(child(token, 'Password'))).toBe(digest.digest('base64'));
    expect(attributeOf(child(token, 'Password'), 'Type')).toMatch(/#PasswordDigest$/);
  });

  it('never takes a nonce twice', () => {
    expect(securityHeader('u', 'p', new Date(0))).not.toBe(securityHeader('u', 'p', new Date(0)));
  });

  it('has texts that stay texts', () => {
    const text = '<a b="c">&amp;\'\r\n\t\u0000\u0001\ud800\ufffe😀</a>';
    expect(textOf(parseXml(`<x>${escapeXml(text)}</x>`))).toBe('<a b="c">&amp;\'\r\n\t😀</a>');
    expect(attributeOf(parseXml(`<x y="${escapeXml('"<&>')}"/>`), 'y')).toBe('"<&>');
  });
});
