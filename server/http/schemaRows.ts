/** Reads a JSON schema as rows of a table: the field's path, its type, and whether it is required. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** A schema and the references that lead to it. */
interface Place {
  schema: Schema;
  inside: readonly string[];
}

export interface SchemaRow {
  path: string;
  type: string;
  isRequired: boolean;
}

const DEEPEST_LEVEL = 4;
const HEX_ID = '^[0-9a-f]{24}$';
const REF_PREFIX = '#/components/schemas/';

export function schemaRows(given: Record<string, unknown>, components: Record<string, unknown>): SchemaRow[] {
  const named = (components.schemas ?? {}) as Record<string, Schema>;
  const rows: SchemaRow[] = [];

  /**
   * The named shape that a reference means. Undefined inside that shape itself, because the recursion would not end.
   */
  function follow(place: Place): Place | undefined {
    const { $ref } = place.schema;
    if (!$ref) return place;
    if (place.inside.includes($ref)) return undefined;
    return { schema: named[$ref.slice(REF_PREFIX.length)] ?? {}, inside: [...place.inside, $ref] };
  }

  function walk({ schema, inside }: Place, prefix: string, level: number): void {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const path = prefix ? `${prefix}.${name}` : name;
      const type = typeOf({ schema: property, inside }, follow);
      rows.push({ path, type, isRequired: schema.required?.includes(name) ?? false });
      if (level < DEEPEST_LEVEL) descend({ schema: property, inside }, path, level + 1);
    }
  }

  function descend(given: Place, path: string, level: number): void {
    const place = follow(given);
    if (!place) return;
    const { schema, inside } = place;
    if (schema.items) descend({ schema: schema.items, inside }, `${path}[]`, level);
    else if (schema.properties) walk(place, path, level);
    for (const option of variants(schema)) descend({ schema: option, inside }, path, level);
  }

  descend({ schema: given, inside: [] }, '', 0);
  return withoutRepeats(rows);
}

/** Variants of one body share most fields: each is shown once, as required only when every variant requires it. */
function withoutRepeats(rows: SchemaRow[]): SchemaRow[] {
  const byPath = new Map<string, SchemaRow>();
  for (const row of rows) {
    const known = byPath.get(row.path);
    if (!known) {
      byPath.set(row.path, { ...row });
      continue;
    }
    known.isRequired &&= row.isRequired;
    if (!known.type.split(' or ').includes(row.type)) known.type += ` or ${row.type}`;
  }
  return [...byPath.values()];
}

function variants(schema: Schema): Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

function typeOf(given: Place, follow: (place: Place) => Place | undefined): string {
  const place = follow(given);
  if (!place) return 'the same again';
  const { schema, inside } = place;
  const typeInside = (part: Schema) => typeOf({ schema: part, inside }, follow);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const options = variants(schema);
  if (options.length > 0) return [...new Set(options.map(typeInside))].join(' or ');
  if (schema.items) return `list of ${typeInside(schema.items)}`;
  const base = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return [base, ...details(schema)].join(', ');
}

function details(schema: Schema & { pattern?: string }): string[] {
  const limits: string[] = [];
  if (schema.pattern === HEX_ID) limits.push('id');
  if (schema.format) limits.push(schema.format);
  if (schema.minLength !== undefined && schema.minLength > 1)
    limits.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength !== undefined) limits.push(`at most ${schema.maxLength} characters`);
  if (schema.minimum !== undefined && Math.abs(schema.minimum) < Number.MAX_SAFE_INTEGER)
    limits.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER)
    limits.push(`to ${schema.maximum}`);
  if (schema.default !== undefined) limits.push(`${JSON.stringify(schema.default)} when absent`);
  return limits;
}
