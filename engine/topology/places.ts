import { child } from './json-pointer.js';

/** Where the objects of a canonical document stand in the document that they were made from. */
export class Places {
  readonly #places = new WeakMap<object, { pointer: string; keys: ReadonlyMap<string, string> }>();

  set(object: object, pointer: string, keys: ReadonlyMap<string, string>): void {
    this.#places.set(object, { pointer, keys });
  }

  /** Pointer to an object, or to a property of it, in the spelling of the document. */
  of(object: object, property?: string): string {
    const place = this.#places.get(object);
    const pointer = place?.pointer ?? '';
    return property === undefined ? pointer : child(pointer, place?.keys.get(property) ?? property);
  }
}
