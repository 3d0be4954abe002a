import { describe, expect, it } from 'vitest';
import { type Press, pressedRoute } from '../../../page/state/pressed.js';

const ORIGIN = 'http://127.0.0.1:8080';
const tile = { localName: 'a', href: `${ORIGIN}/?view=watch&camera=door` };

const press = (path: readonly unknown[], other: Partial<Press> = {}): Press => ({
  ...{ pointerType: 'mouse', button: 0, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false },
  composedPath: () => path,
  ...other,
});

describe('what is pressed', () => {
  it('leads where its link does, however deep the hand is in it', () => {
    const path = [{ localName: 'img' }, { localName: 'camera-picture' }, tile, {}, { localName: 'body' }];
    expect(pressedRoute(press(path), ORIGIN)).toEqual({ view: 'watch', cameras: ['door'] });
  });

  it('leads nowhere without a link, or with one out of the page', () => {
    expect(pressedRoute(press([{ localName: 'button' }, {}]), ORIGIN)).toBeUndefined();
    expect(pressedRoute(press([{ localName: 'a', href: '' }]), ORIGIN)).toBeUndefined();
    expect(pressedRoute(press([{ localName: 'a', href: `${ORIGIN}/export.zip` }]), ORIGIN)).toBeUndefined();
    expect(pressedRoute(press([{ localName: 'a', href: 'https://example.com/' }]), ORIGIN)).toBeUndefined();
  });

  it.each<Partial<Press>>([
    { pointerType: 'touch' },
    { button: 1 },
    { ctrlKey: true },
    { metaKey: true },
    { shiftKey: true },
    { altKey: true },
  ])('may become something else than a step in the page: %o', (other) => {
    expect(pressedRoute(press([tile], other), ORIGIN)).toBeUndefined();
  });
});
