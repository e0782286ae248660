/** Reads a JSON schema as rows that a table can show: where a field is, what it holds, whether it must be there. */
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
  const resolved = (schema: Schema): Schema =>
    schema.$ref?.startsWith(REF_PREFIX) ? (named[schema.$ref.slice(REF_PREFIX.length)] ?? {}) : schema;

  function walk(schema: Schema, prefix: string, level: number): void {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const path = prefix ? `${prefix}.${name}` : name;
      rows.push({ path, type: typeOf(property), isRequired: schema.required?.includes(name) ?? false });
      if (level < DEEPEST_LEVEL && !property.$ref) descend(property, path, level + 1);
    }
  }

  function descend(schema: Schema, path: string, level: number): void {
    if (schema.items) descend(resolved(schema.items), `${path}[]`, level);
    else if (schema.properties) walk(schema, path, level);
    for (const option of variants(schema)) descend(resolved(option), path, level);
  }

  descend(resolved(given as Schema), '', 0);
  return withoutRepeats(rows);
}

/** Variants of one body share most fields: each is shown once, required only when every mention says so. */
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

function typeOf(schema: Schema): string {
  if (schema.$ref) return 'the same again';
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const options = variants(schema);
  if (options.length > 0) return [...new Set(options.map(typeOf))].join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const base = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return [base, ...details(schema)].join(', ');
}

function details(schema: Schema & { pattern?: string }): string[] {
  const told: string[] = [];
  if (schema.pattern === HEX_ID) told.push('id');
  if (schema.format) told.push(schema.format);
  if (schema.minLength !== undefined && schema.minLength > 1)
    told.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength !== undefined) told.push(`at most ${schema.maxLength} characters`);
  if (schema.minimum !== undefined && Math.abs(schema.minimum) < Number.MAX_SAFE_INTEGER)
    told.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER)
    told.push(`to ${schema.maximum}`);
  if (schema.default !== undefined) told.push(`${JSON.stringify(schema.default)} when absent`);
  return told;
}
