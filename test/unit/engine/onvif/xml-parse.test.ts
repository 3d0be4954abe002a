import { describe, expect, it } from 'vitest';
import { parseXml } from '../../../../engine/onvif/xml-parse.js';
import { attributeOf, child, children, flagOf, numberOf, textOf } from '../../../../engine/onvif/xml-tree.js';

const whyNot = (xml: string): string => {
  try {
    parseXml(xml);
    return 'it is read';
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'SluiceError', code: 'OnvifBadAnswer' });
    return (thrown as Error).message;
  }
};

describe('XML of a device', () => {
  it('is read whatever the prefixes are', () => {
    for (const xml of [
      '<a:One xmlns:a="u"><a:Two Name="x">7</a:Two></a:One>',
      '<One xmlns="u"><q:Two xmlns:q="u" q:Name="x">7</q:Two></One>',
      '<One><Two Name="x">7</Two></One>',
      // Not declared, as some devices have it.
      '<s:One><t:Two t:Name="x">7</t:Two></s:One>',
    ]) {
      const two = child(parseXml(xml), 'Two');
      expect([textOf(two), attributeOf(two, 'Name')]).toEqual(['7', 'x']);
    }
  });

  it('has texts as they were written, with the five entities of XML and with numbers', () => {
    const root = parseXml(
      '<a n="&quot;&#65;&apos;"> \n007 &lt;&amp;&#x20AC;&gt; <![CDATA[<b>&amp;</b>]]><!-- no --><b/> true </a>',
    );
    expect(textOf(root)).toBe('007 <&€> <b>&amp;</b> true');
    expect(attributeOf(root, 'n')).toBe('"A\'');
    expect(textOf(child(parseXml('<a><b> \n </b></a>'), 'b'))).toBeUndefined();
  });

  it('is read with lines before it and a zero behind it', () => {
    expect(parseXml('\n <?xml version="1.0"?><a/>\r\n\0').name).toBe('a');
  });

  it('finds the first of a name on the way, and does not mind what is not there', () => {
    const root = parseXml('<a><b><c>1</c></b><b><c>2</c><d/></b></a>');
    expect(textOf(child(root, 'b', 'c'))).toBe('1');
    expect(children(root, 'b')).toHaveLength(2);
    expect(child(root, 'b', 'd')).toBeUndefined();
    expect([child(undefined, 'b'), textOf(undefined), attributeOf(undefined, 'b')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect([child(root, name), attributeOf(root, name)]).toEqual([undefined, undefined]);
      expect(child(parseXml(`<a><${name}>1</${name}></a>`), name)).toBeDefined();
    }
  });

  it('says what came in its place', () => {
    expect(whyNot('')).toMatch(/it is empty$/);
    expect(whyNot(' \r\n\0')).toMatch(/it is empty$/);
    expect(whyNot('hello\u0007\u202e there')).toMatch(/it is no XML but "hello there"$/);
    for (const page of [
      '<html><body>login</body></html>',
      '<!DOCTYPE html>\n<html><br></html>',
      '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>',
    ]) {
      expect(whyNot(page)).toMatch(/it is an HTML page$/);
    }
    expect(whyNot('<a><b>text</b><c')).toMatch(/it breaks off after 16 characters$/);
    expect(whyNot('<a><b>text</b>')).toMatch(/it breaks off after 14 characters$/);
    expect(whyNot('<a><b></a></b>')).toMatch(/it is no well-formed XML \(1:\d+: unexpected close tag/);
  });

  it('is refused with entities of its own, and with characters that XML has not', () => {
    const laughs = ['<!ENTITY a "ha">', ...[...'bcdefgh'].map((name) => `<!ENTITY ${name} "&a;&a;&a;&a;">`)].join('');
    expect(whyNot(`<!DOCTYPE x [${laughs}]><x>&h;</x>`)).toMatch(/refused: it has a document type$/);
    expect(whyNot('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>')).toMatch(/refused: it has a document type$/);
    expect(whyNot('<x>&h;</x>')).toMatch(/no well-formed XML \(.*entity/);
    expect(whyNot('<x>\u0001</x>')).toMatch(/no well-formed XML \(.*disallowed character/);
    expect(whyNot('<x>&#0;</x>')).toMatch(/no well-formed XML/);
    expect(whyNot('<x y="\u0008"/>')).toMatch(/no well-formed XML/);
  });

  it('is bounded in size and depth', () => {
    const nest = (depth: number): string => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
    expect(whyNot(nest(100))).toBe('it is read');
    expect(whyNot(nest(101))).toMatch(/refused: it is nested deeper than 100$/);
    expect(whyNot(`<a>${'<b/>'.repeat(20_000)}</a>`)).toMatch(/refused: it has more than 20000 elements$/);
    expect(whyNot(`<a>${' '.repeat(600_000)}</a>`)).toMatch(/refused: it is longer than 524288 characters$/);
  });

  it('costs little, however it is made', () => {
    const fill = (unit: (n: number) => string, before = '', after = '', length = 120_000): string => {
      let text = before;
      for (let n = 0; text.length < length; n++) text += unit(n);
      return text + after;
    };
    const traps = [
      fill((n) => ` a${n}=""`, '<a', '/>', 250_000),
      fill((n) => ` xmlns:a${n}="u"`, '<a', '/>'),
      fill((n) => ` p:a${n}=""`, '<a xmlns:p="u"', '/>'),
      fill((n) => `<b xmlns:a${n}="u"/>`, '<a>', '</a>'),
      fill(() => '<q:c/>', `<a xmlns:q="u">${'<b>'.repeat(90)}`),
      ...['<', '<!', '<a ', '&', '&lt;', '<?x', '<!--', ']]>', 'x', '"'].flatMap((unit) => [
        fill(() => unit),
        fill(() => unit, '<a>', '</a>'),
        fill(() => unit, '<a b="', '"/>'),
        fill(() => unit, '<!DOCTYPE '),
      ]),
    ];
    for (const trap of traps) {
      const began = performance.now();
      whyNot(trap);
      expect(performance.now() - began).toBeLessThan(5000);
    }
    expect(whyNot(traps[0]!)).toMatch(/refused: it has more than 20000 attributes$/);
  });

  it('has numbers and flags only where they are asked for', () => {
    expect(['7', ' 7.5 ', '', ' ', 'x', 'Infinity', undefined].map(numberOf)).toEqual([
      7,
      7.5,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([' true', '1', 'False', '0', 'yes', '', undefined].map(flagOf)).toEqual([
      true,
      true,
      false,
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
