/**
 * Every setting of the program: its name, check, default and the text for the README's table. `config.ts` reads them;
 * nothing else reads the environment.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { isHttpsOrLoopback } from '../net/loopback.ts';

export const roleNames = ['web', 'listener', 'sender'] as const;
export type RoleName = (typeof roleNames)[number];

const port = z.coerce.number<string>().int().min(0).max(65_535);
const listItems = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
const secretKey = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]{43}=?$/)
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((key) => key.length === 32);

function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isAddressOrRange(word: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(word)) return true;
  const [address = '', prefix, ...rest] = word.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

export interface Setting {
  /** Checks the text from the environment; absent and empty values are handled before it. */
  check: z.ZodType<unknown, string>;
  /** As the table shows it, and as it is read when the variable is absent. Null: no value. */
  defaultText: string | null;
  /** What a correct value is, for the line that rejects a wrong one. */
  expected: string;
  about: string;
  isSecret?: boolean;
}

export const settings = {
  PORT: {
    check: port,
    defaultText: '3000',
    expected: 'a port from 0 to 65535 (0 takes any free one)',
    about: 'Port of the desk: screens, API and webhooks',
  },
  HOST: {
    check: z.string().regex(/^[\w.:-]+$/),
    defaultText: '127.0.0.1',
    expected: 'an address or host name to listen on',
    about: 'Address the desk listens on; `0.0.0.0` for all of them, behind a reverse proxy',
  },
  PUBLIC_URL: {
    check: z.string().refine((text) => {
      const url = urlOf(text);
      return (
        url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash
      );
    }),
    defaultText: null,
    expected: 'the http(s) address of the desk without a path, such as https://desk.example.com',
    about:
      'Where browsers and VK reach the desk; `http://localhost:PORT` when empty. With https, cookies are Secure',
  },
  TRUST_PROXY: {
    check: z
      .string()
      .refine((text) => /^\d{1,2}$/.test(text) || listItems(text).every(isAddressOrRange))
      .transform((text): number | string[] => (/^\d{1,2}$/.test(text) ? Number(text) : listItems(text))),
    defaultText: null,
    expected: 'addresses or CIDR ranges of the proxies, separated by commas, or how many proxies there are',
    about: 'Reverse proxies whose `X-Forwarded-*` headers are trusted; none when empty',
  },
  ROLES: {
    check: z
      .string()
      .transform(listItems)
      .pipe(z.array(z.enum(roleNames)).min(1)),
    defaultText: 'web,listener,sender',
    expected: 'one or more of web, listener, sender, separated by commas',
    about: 'Which parts this process runs, when several processes serve one database',
  },
  DATA_DIR: {
    check: z.string(),
    defaultText: './data',
    expected: 'a folder',
    about: 'Folder of the embedded store, generated secrets and uploads',
  },
  MONGODB_URI: {
    check: z.string().regex(/^mongodb(\+srv)?:\/\/\S+$/),
    defaultText: null,
    expected: 'an address that starts with mongodb:// or mongodb+srv://',
    about: 'MongoDB 8.0 or newer, a replica set or cluster; the embedded store when empty',
    isSecret: true,
  },
  SECRET_KEY: {
    check: secretKey,
    defaultText: null,
    expected: '32 random bytes in base64 (openssl rand -base64 32)',
    about:
      'Key that seals tokens and phones; generated into `DATA_DIR` when empty. The same on every machine that shares a database',
    isSecret: true,
  },
  SECRET_KEY_PREVIOUS: {
    check: z.string().transform(listItems).pipe(z.array(secretKey).min(1)),
    defaultText: null,
    expected: 'keys like SECRET_KEY, separated by commas',
    about:
      'Keys that still open but no longer seal, while `SECRET_KEY` is being changed: see [personal data](docs/personal-data.md)',
    isSecret: true,
  },
  STORAGE_ENCRYPTED: {
    check: z.literal('declared'),
    defaultText: null,
    expected: 'declared, or empty',
    about:
      '`declared` says that the disk under the database is encrypted, where the desk [cannot see it](docs/personal-data.md#names-and-texts-at-rest), such as a cloud volume',
  },
  REQUIRE_ENCRYPTED_STORAGE: {
    check: z.enum(['on', 'off']),
    defaultText: 'off',
    expected: 'on or off',
    about: 'With `on` the desk starts only on storage that it sees encrypted, or that is declared so',
  },
  SANDBOX: {
    check: z.enum(['on', 'off']),
    defaultText: 'on',
    expected: 'on or off',
    about:
      'VK on loopback with sample people, to try the desk without an account; `off` when serving real clients',
  },
  SANDBOX_PORT: {
    check: port,
    defaultText: '3001',
    expected: 'a port from 0 to 65535 (0 takes any free one)',
    about: "Port of the sandbox's network and its page of phones",
  },
  VK_API_URL: {
    check: z.string().refine(isHttpsOrLoopback),
    defaultText: 'https://api.vk.ru/method',
    expected: 'an https address (plain http only on this machine)',
    about: "Where VK's methods are called",
  },
  OK_API_URL: {
    check: z.string().refine(isHttpsOrLoopback),
    defaultText: 'https://api.ok.ru/graph',
    expected: 'an https address (plain http only on this machine)',
    about: "Where OK's methods are called",
  },
  GATEWAY_PER_SECOND: {
    check: z.coerce.number<string>().int().min(1).max(100_000),
    defaultText: '50',
    expected: 'a whole number from 1 to 100000',
    about:
      'How many messages a second the gateway accepts for one community, over all processes; as agreed with the partner',
  },
  ALLOW_PRIVATE_WEBHOOKS: {
    check: z.enum(['on', 'off']),
    defaultText: 'off',
    expected: 'on or off',
    about:
      'Whether statuses may be posted to loopback and internal addresses and over plain HTTP; `on` only for a trial, or where the systems of the company are inside',
  },
  METRICS_TOKEN: {
    check: z.string().min(16),
    defaultText: null,
    expected: 'at least 16 characters',
    about: 'Bearer token that opens `/metrics`; when empty, only this machine may read it',
    isSecret: true,
  },
  LOG_LEVEL: {
    check: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    defaultText: 'info',
    expected: 'one of fatal, error, warn, info, debug, trace, silent',
    about: 'The least severe line that is logged',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
