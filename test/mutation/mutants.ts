/**
 * Finds the mutants of one source text in its syntax tree: each is one small change that a test should notice. Types,
 * imports and log lines are left alone, because no test can or should see them change.
 */
import { parseSync } from 'vite';

export type MutantKind =
  | 'condition negated'
  | 'comparison changed'
  | 'and, or exchanged'
  | 'statement removed'
  | 'await removed'
  | 'constant changed'
  | 'filter field removed';

export interface Mutant {
  kind: MutantKind;
  /** Places in the text; the text between them is replaced. */
  start: number;
  end: number;
  replacement: string;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

const comparisons: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
};
const exchanged: Record<string, string> = { '&&': '||', '||': '&&', '??': '&&' };
/** Calls whose first argument says which documents are meant. */
const FILTERED =
  /^(find|findOne|exists|countDocuments|distinct|(find|find(One|ById)And|bulk)?(update|delete|replace)\w*|findOneAnd\w+)$/i;
const LOGGED = /^(logger|log|metrics|console)$/;

export function mutantsOf(fileName: string, text: string): Mutant[] {
  const { program, errors } = parseSync(fileName, text);
  if (errors.length > 0) throw new Error(`${fileName} cannot be parsed: ${errors[0]?.message}`);
  const found: Mutant[] = [];
  visit(program as unknown as Node, text, found);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function visit(node: Node, text: string, found: Mutant[]): void {
  if (isLeftAlone(node)) return;
  const add = (kind: MutantKind, { start, end }: Pick<Node, 'start' | 'end'>, replacement: string) =>
    found.push({ kind, start, end, replacement });
  const source = ({ start, end }: Node) => text.slice(start, end);

  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement': {
      const test = node.test as Node;
      // The negation of a comparison is a mutant of its own already.
      if (comparisons[test.operator as string] === undefined)
        add('condition negated', test, `!(${source(test)})`);
      break;
    }
    case 'BinaryExpression': {
      const other = comparisons[node.operator as string];
      if (other !== undefined) add('comparison changed', betweenOperands(node, text), other);
      break;
    }
    case 'LogicalExpression': {
      const other = exchanged[node.operator as string];
      if (other !== undefined) add('and, or exchanged', betweenOperands(node, text), other);
      break;
    }
    case 'ExpressionStatement': {
      const expression = node.expression as Node;
      const isAwaited = expression.type === 'AwaitExpression';
      const call = isAwaited ? (expression.argument as Node) : expression;
      if (isLeftAlone(call)) return;
      if (isAwaited || call.type === 'CallExpression' || call.type === 'AssignmentExpression')
        add('statement removed', node, ';');
      if (isAwaited) add('await removed', { start: expression.start, end: call.start }, 'void ');
      break;
    }
    case 'Literal':
      addConstant(node, add);
      break;
    case 'CallExpression':
      for (const field of filterFieldsOf(node)) add('filter field removed', withComma(field, text), '');
      break;
    case 'Property':
      if ((node.key as Node).name === 'filter')
        for (const field of fieldsOf(node.value as Node))
          add('filter field removed', withComma(field, text), '');
      break;
    default:
  }
  for (const child of childrenOf(node)) visit(child, text, found);
}

function addConstant(
  node: Node,
  add: (kind: MutantKind, place: Pick<Node, 'start' | 'end'>, replacement: string) => void,
): void {
  const { value } = node;
  if (typeof value === 'boolean') add('constant changed', node, String(!value));
  // Nothing, or one more: a limit that is off by one of thousands is no fault.
  else if (typeof value === 'number') add('constant changed', node, value < 2 ? String(value + 1) : '0');
  // A text with a space is for people.
  else if (typeof value === 'string' && /^[\w.$:-]+$/.test(value)) add('constant changed', node, "'mutant'");
}

/** Types, imports and exports from elsewhere, directives, and what only writes a log. */
function isLeftAlone(node: Node): boolean {
  if (/^TS(?!AsExpression|NonNull|Satisfies)/.test(node.type)) return true;
  if (/^(Import|ExportAll)Declaration$/.test(node.type)) return true;
  if (node.type === 'ExportNamedDeclaration' && node.source) return true;
  return node.type === 'CallExpression' && LOGGED.test(rootOf(node.callee as Node));
}

/** `logger` of `deps.logger.warn`: the name before the called method. */
function rootOf(callee: Node): string {
  if (callee.type !== 'MemberExpression') return '';
  const object = callee.object as Node;
  if (object.type === 'Identifier') return object.name as string;
  return object.type === 'MemberExpression' ? ((object.property as Node).name as string) : '';
}

/** The fields of the filter of a query or a write. Those of `filter: {…}` in a list of writes are found apart. */
function filterFieldsOf(call: Node): Node[] {
  const callee = call.callee as Node;
  const name = callee.type === 'MemberExpression' ? ((callee.property as Node).name as string) : '';
  const [first] = call.arguments as Node[];
  return FILTERED.test(name) ? fieldsOf(first) : [];
}

function fieldsOf(node: Node | undefined): Node[] {
  return node?.type === 'ObjectExpression' ? (node.properties as Node[]) : [];
}

/** A property with the comma behind it. */
function withComma({ start, end }: Node, text: string): { start: number; end: number } {
  const comma = /^\s*,/.exec(text.slice(end));
  return { start, end: end + (comma?.[0].length ?? 0) };
}

/** The operator itself: comments may stand beside it, and none of ours holds an operator. */
function betweenOperands(node: Node, text: string): { start: number; end: number } {
  const operator = node.operator as string;
  const start = text.indexOf(operator, (node.left as Node).end);
  return { start, end: start + operator.length };
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([field, value]) => {
    // Keys are names, not values; `a[b]` and `{ [b]: c }` are the exception.
    if ((field === 'key' || field === 'property') && node.computed !== true) return [];
    if (field === 'typeAnnotation' || field === 'typeArguments' || field === 'typeParameters') return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
