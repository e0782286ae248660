/** Decides which addresses may become links or media, and how people read them. */

/** The address when it is http or https, else null: no scripts, no data. */
export function safeLink(address: string | null): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A safe address without its scheme, as short as it can be shown; null when it is not safe. */
export function shortAddress(address: string | null): string | null {
  return safeLink(address)?.replace(/^https?:\/\//, '') ?? null;
}

/**
 * An address to be read by people: letters and digits of any language stand for their percent signs. Nothing else does,
 * or a sign that turns or hides text would make one address look like another.
 */
export function readableAddress(address: string): string {
  return address.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    try {
      const decoded = decodeURIComponent(encoded);
      return /^[\p{L}\p{N}]+$/u.test(decoded) ? decoded : encoded;
    } catch {
      return encoded;
    }
  });
}

/** A picture or file: one of this desk by its path, or one elsewhere by https. */
export function safeMedia(address: string | null): string | null {
  if (address === null) return null;
  if (/^\/(?!\/)/.test(address)) return address;
  return safeLink(address);
}
