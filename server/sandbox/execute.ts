/**
 * `execute` for the code that clients generate: a list of calls with literal parameters, and vk-io's collect loop.
 * The code is matched by its shape and never run. All other code is refused with VK's "Unable to compile code".
 */
import { VkApiError } from './vkError.ts';

type Run = (method: string, parameters: Record<string, string>) => Promise<unknown>;

interface ExecuteAnswer {
  response: unknown;
  execute_errors?: { method: string; error_code: number; error_msg: string }[];
}

const mostCalls = 25;

export async function runExecute(raw: Record<string, string>, run: Run): Promise<ExecuteAnswer> {
  const code = raw.code ?? '';
  if (code.trim() === '') throw new VkApiError(100, 'code is undefined');
  const errors: NonNullable<ExecuteAnswer['execute_errors']> = [];
  const attempt = async (method: string, parameters: Record<string, string>): Promise<unknown> => {
    try {
      return await run(method, parameters);
    } catch (error) {
      if (!(error instanceof VkApiError)) throw error;
      errors.push({ method, error_code: error.code, error_msg: error.message });
      return false;
    }
  };
  const response = isCollectLoop(code) ? await collect(code, raw, attempt) : await callList(code, attempt);
  return errors.length > 0 ? { response, execute_errors: errors } : { response };
}

async function callList(code: string, attempt: Run): Promise<unknown> {
  const calls = readCalls(code);
  if (calls.items.length > mostCalls) throw new VkApiError(13, 'Too many api calls');
  const results: unknown[] = [];
  for (const call of calls.items) results.push(await attempt(call.method, call.parameters));
  return calls.isList ? results : results[0];
}

/** `return [API.a.b({...}),API.c.d({...})];` as vk-io's parallel mode writes it, or `return API.a.b({...});`. */
function readCalls(code: string): {
  isList: boolean;
  items: { method: string; parameters: Record<string, string> }[];
} {
  const body = /^\s*return\s*([\s\S]*?)\s*;?\s*$/.exec(code)?.[1];
  if (body === undefined) throw new VkApiError(12);
  const isList = body.startsWith('[');
  if (isList && !body.endsWith(']')) throw new VkApiError(12);
  const text = isList ? body.slice(1, -1) : body;
  const items: { method: string; parameters: Record<string, string> }[] = [];
  let position = 0;
  while (position < text.length) {
    const head = /^\s*API\.([a-zA-Z]+\.[a-zA-Z]+)\(/.exec(text.slice(position));
    if (!head) throw new VkApiError(12);
    const start = position + head[0].length;
    const end = endOfArguments(text, start);
    items.push({ method: head[1]!, parameters: literal(text.slice(start, end)) });
    const separator = /^\)\s*(,|$)/.exec(text.slice(end));
    if (!separator) throw new VkApiError(12);
    position = end + separator[0].length;
  }
  return { isList, items };
}

/** Position of the closing parenthesis; quoted texts are skipped. */
function endOfArguments(text: string, start: number): number {
  let isInside = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (isInside && character === '\\') index += 1;
    else if (character === '"') isInside = !isInside;
    else if (character === ')' && !isInside) return index;
  }
  throw new VkApiError(12);
}

function literal(text: string): Record<string, string> {
  if (text.trim() === '') return {};
  try {
    const parsed = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(parsed)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, typeof value === 'boolean' ? String(Number(value)) : String(value)]),
    );
  } catch {
    throw new VkApiError(12);
  }
}

function isCollectLoop(code: string): boolean {
  return code.includes('Args.parallelRequests') && /result = API\.[a-zA-Z.]+\(params\)/.test(code);
}

interface Page {
  count: number;
  items: unknown[];
  profiles?: unknown[];
  groups?: unknown[];
}

/** The loop of vk-io's collect: pages of one method until `total` is reached or the calls run out. */
async function collect(code: string, raw: Record<string, string>, attempt: Run): Promise<unknown> {
  const method = /result = API\.([a-zA-Z.]+)\(params\)/.exec(code)?.[1];
  const parameters = /var params = (\{.*\});/.exec(code)?.[1];
  if (!method || !parameters) throw new VkApiError(12);
  const whole: Required<Page> = { count: Number(raw.total) || 0, items: [], profiles: [], groups: [] };
  let offset = Number(raw.offset) || 0;
  let received = Number(raw.received) || 0;
  for (let call = 0; call < Math.min(Number(raw.parallelRequests) || 1, mostCalls); call += 1) {
    if (whole.count !== 0 && received >= whole.count) break;
    const page = (await attempt(method, { ...literal(parameters), offset: String(offset) })) as Page | false;
    if (page === false) break;
    if (whole.count === 0 || whole.count > page.count) whole.count = page.count;
    whole.items.push(...page.items);
    whole.profiles.push(...(page.profiles ?? []));
    whole.groups.push(...(page.groups ?? []));
    received += page.items.length;
    offset += page.items.length;
    if (page.items.length === 0) break;
  }
  return whole;
}
