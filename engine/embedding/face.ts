import { checkArguments, type Signature } from '../core/arguments.js';
import type { Gate } from './gate.js';

/** The arguments of a method that returns a promise: what is wrong with them makes it reject. */
export interface Later {
  readonly later: Signature;
}

/** As in `activate: later({ name: text })`. */
export const later = (signature: Signature = {}): Later => ({ later: signature });

// biome-ignore lint/suspicious/noExplicitAny: the arguments of methods of all kinds have no narrower type
type Method = (...args: any[]) => unknown;

/** A part of the engine that has the methods of an interface. Its arguments may be narrower: they have been checked. */
export type PartFor<Interface> = { readonly [Name in keyof Interface]: Method };

/** How each method of an interface is called. The compiler knows which of them return promises. */
export type Methods<Interface> = {
  readonly [Name in keyof Interface]-?: Interface[Name] extends (...args: never[]) => Promise<unknown>
    ? Later
    : Interface[Name] extends Method
      ? Signature
      : never;
};

/**
 * What a program sees of a part of the engine: only these methods. Each refuses arguments that are wrong, and everything
 * once the engine is closed; one that returns a promise keeps the process alive until it settles.
 * @param path for messages: `engine.clips`
 * @param target has the methods; looked up when they are called
 */
export const face = <Interface extends object>(
  path: string,
  target: PartFor<Interface>,
  methods: Methods<Interface>,
  gate: Gate,
): Interface => {
  const entries = Object.entries<Later | Signature>(methods).map(([name, method]) => {
    const call = `${path}.${name}`;
    const isLater = 'later' in method && typeof method.later === 'object';
    const signature = (isLater ? method.later : method) as Signature;
    const work = (given: readonly unknown[]): unknown => {
      gate.enter(call);
      checkArguments(call, signature, given);
      return target[name as keyof Interface](...given);
    };
    return [
      name,
      isLater ? (...given: unknown[]) => gate.during(() => work(given)) : (...given: unknown[]) => work(given),
    ];
  });
  return Object.fromEntries(entries) as Interface;
};
