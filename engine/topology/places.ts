import { child } from './json-pointer.js';

/** Where the objects of a canonical document are in the document that the user wrote. */
export class Places {
  readonly #places = new WeakMap<object, { pointer: string; keys: ReadonlyMap<string, string> }>();

  set(object: object, pointer: string, keys: ReadonlyMap<string, string>): void {
    this.#places.set(object, { pointer, keys });
  }

  /** JSON pointer to an object, or to a property of it, in the user's spelling. */
  of(object: object, property?: string): string {
    const place = this.#places.get(object);
    const pointer = place?.pointer ?? '';
    return property === undefined ? pointer : child(pointer, place?.keys.get(property) ?? property);
  }
}
