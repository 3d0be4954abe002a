import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/**
 * Styles that are worked out, as `<div ${styled({ left: '3px' })}>`. They are set one by one: a `style` attribute would be inline
 * style, which the content security policy refuses.
 */
class Styled extends Directive {
  render(_styles: Readonly<Record<string, string>>): unknown {
    return noChange;
  }

  override update({ element }: ElementPart, [styles]: [Readonly<Record<string, string>>]): unknown {
    for (const [name, value] of Object.entries(styles)) (element as HTMLElement).style.setProperty(name, value);
    return noChange;
  }
}

export const styled = directive(Styled);
