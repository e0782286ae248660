/** Decides which addresses may become links or media, and how they are shown to people. */

/** The address when it is http or https, else null: no scripts, no data URLs. */
export function safeLink(address: string | null): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A safe address without its scheme, in its shortest form; null when it is not safe. */
export function shortAddress(address: string | null): string | null {
  return safeLink(address)?.replace(/^https?:\/\//, '') ?? null;
}

/**
 * An address for people to read: letters and digits of any language replace their percent codes. Other characters
 * stay encoded, because a sign that turns or hides text would make one address look like another.
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

/** The address of a picture or file: a path of this desk, or https elsewhere; null for any other. */
export function safeMedia(address: string | null): string | null {
  if (address === null) return null;
  if (/^\/(?!\/)/.test(address)) return address;
  return safeLink(address);
}
