/** What untrusted data could reach through `constructor.prototype` or `__proto__`. */
const prototypes = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise, Date, RegExp, Error].map(
  ({ prototype }) => prototype,
);

/**
 * Lets nothing be added to the prototypes that everything inherits from, and takes `__proto__` away; said once by each
 * thread, before it reads anything. They are not frozen: a frozen `Object.prototype` also forbids `object.toString = …`
 * on any object, which libraries do.
 */
export function hardenPrototypes(): void {
  Reflect.deleteProperty(Object.prototype, '__proto__');
  for (const prototype of prototypes) Object.preventExtensions(prototype);
}
