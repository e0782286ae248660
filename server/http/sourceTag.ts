/**
 * The ETag of a file that the desk passes on. An address of the desk may lead to another source tomorrow (a new
 * avatar), so the tag holds which source it is of, beside what the source itself calls this version.
 */
import { createHash } from 'node:crypto';

const SOURCE_CHARS = 12;
const TAG_CHARS_MAX = 300;

/** Null when the source names no version. A date has one second of precision only, so its tag is weak. */
export function tagOf(source: URL, answered: Headers): string | null {
  const etag = answered.get('etag');
  const date = answered.get('last-modified');
  const version = etag ?? date;
  if (!version || version.length > TAG_CHARS_MAX) return null;
  const isWeak = etag === null || etag.startsWith('W/');
  return `${isWeak ? 'W/' : ''}"${sourceKey(source)}.${Buffer.from(version).toString('base64url')}"`;
}

/** The headers that ask the source whether the browser's version is still the newest; empty when it has another. */
export function conditionOf(source: URL, ifNoneMatch: string | undefined): Record<string, string> {
  for (const [tag] of ifNoneMatch?.matchAll(/(?:W\/)?"[^"]*"/g) ?? []) {
    const version = versionOf(source, tag);
    if (version !== null)
      return isEtag(version) ? { 'If-None-Match': version } : { 'If-Modified-Since': version };
  }
  return {};
}

/** The headers for a part of the file; empty, for the whole file, when the browser's part is of another version. */
export function rangeOf(
  source: URL,
  { range, ifRange }: { range: string | undefined; ifRange: string | undefined },
): Record<string, string> {
  if (range === undefined) return {};
  if (ifRange === undefined) return { Range: range };
  const version = ifRange.startsWith('W/') ? null : versionOf(source, ifRange);
  return version === null ? {} : { Range: range, 'If-Range': version };
}

function versionOf(source: URL, tag: string): string | null {
  const [, key, encoded] = /^(?:W\/)?"([\w-]+)\.([\w-]+)"$/.exec(tag) ?? [];
  if (key !== sourceKey(source) || encoded === undefined) return null;
  const version = Buffer.from(encoded, 'base64url').toString('latin1');
  return /^[\x20-\x7e]+$/.test(version) ? version : null;
}

const isEtag = (version: string) => /^(?:W\/)?"/.test(version);

const sourceKey = (source: URL) =>
  createHash('sha256').update(source.href).digest('base64url').slice(0, SOURCE_CHARS);
