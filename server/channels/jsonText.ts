/**
 * Values of a network's JSON as text of a limited depth. A forged event may nest without end, and the store refuses
 * what is nested deeper than it can be read.
 */

/** Our own payloads have two levels. */
const PAYLOAD_DEPTH = 32;
/** VK allows 255 characters in a button's payload, OK 1024; an API user may send more. */
const PAYLOAD_CHARS = 4_096;

/** A button's payload as text. Networks send JSON in a string, or sometimes the value itself. */
export function payloadText(payload: unknown): string {
  const text = typeof payload === 'string' ? payload : jsonText(payload, PAYLOAD_DEPTH).text;
  return text.slice(0, PAYLOAD_CHARS);
}

/** `isWhole` false: some values were nested deeper, and are `"…"` in the text. */
export function jsonText(value: unknown, depth: number): { text: string; isWhole: boolean } {
  let isWhole = true;
  function prune(part: unknown, left: number): unknown {
    if (part === null || typeof part !== 'object') return part;
    if (left === 0) {
      isWhole = false;
      return '…';
    }
    if (Array.isArray(part)) return part.map((each) => prune(each, left - 1));
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, prune(each, left - 1)]));
  }
  return { text: JSON.stringify(prune(value, depth)) ?? 'null', isWhole };
}
