/** The encoding of RFC 5849, section 3.6: everything but letters, digits, `-`, `.`, `_` and `~`, in upper case. */
const LEFT_BY_THE_LANGUAGE = /[!'()*]/g;

/** Throws a URIError for half a surrogate pair, which is not valid UTF-8. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    LEFT_BY_THE_LANGUAGE,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Null when the text is not percent-encoded UTF-8. */
export function percentDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
