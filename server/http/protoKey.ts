/**
 * Finds a key named `__proto__` in parsed JSON. Schemas leave it out in silence, because assigning it would change the
 * object's prototype, so it must be refused before them.
 */

/** Finds the first `__proto__` key. Returns the keys that lead to it, outermost first; null if no key is so named. */
export function protoKeyPath(value: unknown): string[] | null {
  let level: { path: string[]; held: unknown }[] = [{ path: [], held: value }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { path, held } of level) {
      if (typeof held !== 'object' || held === null) continue;
      if (Object.hasOwn(held, '__proto__')) return [...path, '__proto__'];
      for (const [key, inner] of Object.entries(held))
        if (typeof inner === 'object') next.push({ path: [...path, key], held: inner });
    }
    level = next;
  }
  return null;
}
