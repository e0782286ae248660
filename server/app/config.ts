/**
 * Turns the environment into a checked Config, once, at start. An error names the wrong setting and the expected
 * value; it never repeats the value of a secret.
 */
import { type RoleName, type SettingName, settings } from './configSettings.ts';

export { type RoleName, type SettingName, settings } from './configSettings.ts';

export interface Config {
  port: number;
  host: string;
  /** Origin without a trailing slash. With PORT 0 and no PUBLIC_URL it names port 0: see `publicUrlAt`. */
  publicUrl: string;
  isPublicUrlGiven: boolean;
  trustProxy: number | string[] | null;
  roles: ReadonlySet<RoleName>;
  dataDir: string;
  mongodbUri: string | null;
  secretKey: Buffer | null;
  /** Keys that open what they sealed earlier and never seal anything new. */
  formerSecretKeys: Buffer[];
  /** The operator declares that the storage is encrypted. */
  isStorageDeclaredEncrypted: boolean;
  requiresEncryptedStorage: boolean;
  isSandboxOn: boolean;
  sandboxPort: number;
  vkApiUrl: string;
  okApiUrl: string;
  gatewayPerSecond: number;
  allowsPrivateWebhooks: boolean;
  metricsToken: string | null;
  logLevel: string;
}

/** `lines` has one line per wrong setting; `message` is all of them. */
export class ConfigError extends Error {
  readonly lines: string[];
  constructor(lines: string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
    this.lines = lines;
  }
}

type Checked = { [N in SettingName]: Output<(typeof settings)[N]['check']> | null };
type Output<S> = S extends { _zod: { output: infer O } } ? O : never;

const SHOWN_VALUE_CHARS = 60;

/** Ignores variables that are not settings. @throws ConfigError when any setting is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting: (typeof settings)[SettingName] = settings[name];
    const given = env[name]?.trim() || null;
    const text = given ?? setting.defaultText;
    const checked = text === null ? null : setting.check.safeParse(text);
    if (checked && !checked.success) {
      const shown = 'isSecret' in setting ? 'the value' : JSON.stringify(text?.slice(0, SHOWN_VALUE_CHARS));
      lines.push(`${name}: ${shown} is not right; it should be ${setting.expected}`);
    }
    values[name] = checked?.success ? checked.data : null;
  }
  const checked = values as Checked;
  if (checked.PORT !== null && checked.PORT !== 0 && checked.PORT === checked.SANDBOX_PORT)
    lines.push(`SANDBOX_PORT: ${checked.PORT} is taken by PORT; it should be another port`);
  if (checked.SECRET_KEY_PREVIOUS !== null && checked.SECRET_KEY === null && !env.SECRET_KEY?.trim())
    lines.push('SECRET_KEY_PREVIOUS: it needs SECRET_KEY beside it; it should be empty without one');
  if (lines.length > 0) throw new ConfigError(lines);

  const port = present(checked.PORT);
  return {
    port,
    host: present(checked.HOST),
    publicUrl: new URL(checked.PUBLIC_URL ?? `http://localhost:${port}`).origin,
    isPublicUrlGiven: checked.PUBLIC_URL !== null,
    trustProxy: checked.TRUST_PROXY,
    roles: new Set(present(checked.ROLES)),
    dataDir: present(checked.DATA_DIR),
    mongodbUri: checked.MONGODB_URI,
    secretKey: checked.SECRET_KEY,
    formerSecretKeys: checked.SECRET_KEY_PREVIOUS ?? [],
    isStorageDeclaredEncrypted: checked.STORAGE_ENCRYPTED === 'declared',
    requiresEncryptedStorage: present(checked.REQUIRE_ENCRYPTED_STORAGE) === 'on',
    isSandboxOn: present(checked.SANDBOX) === 'on',
    sandboxPort: present(checked.SANDBOX_PORT),
    vkApiUrl: present(checked.VK_API_URL).replace(/\/+$/, ''),
    okApiUrl: present(checked.OK_API_URL).replace(/\/+$/, ''),
    gatewayPerSecond: present(checked.GATEWAY_PER_SECOND),
    allowsPrivateWebhooks: present(checked.ALLOW_PRIVATE_WEBHOOKS) === 'on',
    metricsToken: checked.METRICS_TOKEN,
    logLevel: present(checked.LOG_LEVEL),
  };
}

/** The desk's address once it listens: a random port is known only then. */
export function publicUrlAt(config: Config, listeningPort: number): string {
  return config.isPublicUrlGiven ? config.publicUrl : `http://localhost:${listeningPort}`;
}

function present<T>(value: T | null): T {
  if (value === null) throw new Error('A setting with a default has no value');
  return value;
}
