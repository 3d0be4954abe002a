/**
 * Numbers side by side in the slab. Nothing checks an index: it may be negative where the elements before are meant.
 * An index costs what the pointer arithmetic that it stands for costs.
 */
@unmanaged
export class View<T> {
  /** Address of an element, for vectors. */
  @inline
  at(index: i32): usize {
    return changetype<usize>(this) + (<usize>index << alignof<T>());
  }

  /** The same numbers, counted from another element. */
  @inline
  from(index: i32): View<T> {
    return changetype<View<T>>(this.at(index));
  }

  @inline
  @operator('[]')
  get(index: i32): i32 {
    return <i32>load<T>(this.at(index));
  }

  @inline
  @operator('[]=')
  set(index: i32, value: i32): void {
    store<T>(this.at(index), <T>value);
  }
}
