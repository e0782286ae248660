/** Checks the imports of one side of the program, `server/` or `web/`, against its layers. */
import type { Import } from './readImports.ts';

/** A room's files that other rooms may import, relative to the room; `all` means every file. */
export type PublicFiles = readonly string[] | 'all';

/** Rooms of one layer do not import each other. */
export type Layer = Readonly<Record<string, PublicFiles>>;

export interface Side {
  /** `server` or `web`. */
  folder: string;
  /** From the top down: a room imports rooms of lower layers only. */
  layers: readonly Layer[];
  /** Files directly in the side's folder: they start the program, and nothing imports them. */
  entries: readonly string[];
  /** The room that wires all the others together, so it may import their private files. */
  wiring: string;
}

/** Returns one sentence for each forbidden import. */
export function findViolations(side: Side, imports: readonly Import[]): string[] {
  const layerOf = new Map(
    side.layers.flatMap((layer, at) => Object.keys(layer).map((room) => [room, at] as const)),
  );
  const publicFiles = Object.assign({}, ...side.layers) as Record<string, PublicFiles>;
  const found: string[] = [];
  for (const { from, to } of imports) {
    const importer = placeOf(side, from);
    const imported = placeOf(side, to);
    if (!importer) continue;
    if (!imported) {
      if (!to.startsWith('shared/')) found.push(`${from} imports ${to}, outside ${side.folder}/ and shared/`);
      continue;
    }
    if (imported.room === null) {
      if (importer.room !== null) found.push(`${from} imports ${to}, which starts the program`);
      continue;
    }
    const own = importer.room === null ? -1 : layerOf.get(importer.room);
    const other = layerOf.get(imported.room);
    if (own === undefined || other === undefined) {
      const room = own === undefined ? importer.room : imported.room;
      found.push(`${from} imports ${to}: ${side.folder}/${room} is on no layer`);
    } else if (importer.room !== imported.room) {
      if (other < own) found.push(`${from} imports upwards: ${to}`);
      else if (other === own) found.push(`${from} imports a room of its own layer: ${to}`);
      const open = publicFiles[imported.room];
      const isWiring = importer.room === null || importer.room === side.wiring;
      if (other > own && !isWiring && open !== 'all' && !open?.includes(imported.file))
        found.push(`${from} imports a private file of another room: ${to}`);
    }
  }
  return [...found, ...findCircles(imports)];
}

/** Files that import themselves indirectly: each circle once, as one sentence. */
export function findCircles(imports: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const path: string[] = [];
  const circles: string[] = [];
  function visit(file: string): void {
    const at = path.indexOf(file);
    if (at !== -1) {
      circles.push(`these files import each other: ${[...path.slice(at), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const to of next.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  }
  for (const file of next.keys()) visit(file);
  return circles;
}

/** Rooms missing from the list, and public files that no other room imports or that do not exist. */
export function findStale(side: Side, files: readonly string[], imports: readonly Import[]): string[] {
  const found: string[] = [];
  const listed = new Set(side.layers.flatMap((layer) => Object.keys(layer)));
  const rooms = new Set(files.flatMap((file) => placeOf(side, file)?.room ?? []));
  for (const room of rooms) if (!listed.has(room)) found.push(`${side.folder}/${room} is on no layer`);
  for (const room of listed)
    if (!rooms.has(room)) found.push(`${side.folder}/${room} is listed, but does not exist`);
  const isUsed = new Set(
    imports
      .filter(({ from, to }) => {
        const importer = placeOf(side, from)?.room;
        return importer !== side.wiring && importer !== placeOf(side, to)?.room;
      })
      .map(({ to }) => to),
  );
  for (const layer of side.layers)
    for (const [room, open] of Object.entries(layer))
      for (const file of open === 'all' ? [] : open)
        if (!isUsed.has(`${side.folder}/${room}/${file}`))
          found.push(`${side.folder}/${room}/${file} is listed as public, but no other room imports it`);
  for (const file of files) {
    const place = placeOf(side, file);
    if (place?.room === null && !side.entries.includes(place.file)) found.push(`${file} is in no room`);
  }
  return found;
}

/** Null when the path is not on this side; `room` is null for a file directly in the side's folder. */
function placeOf({ folder }: Side, path: string): { room: string | null; file: string } | null {
  const [top, ...rest] = path.split('/');
  if (top !== folder) return null;
  if (rest.length === 1) return { room: null, file: rest[0]! };
  return { room: rest[0]!, file: rest.slice(1).join('/') };
}
