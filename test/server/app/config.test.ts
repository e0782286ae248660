import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  publicUrlAt,
  readConfig,
  type SettingName,
  settings,
} from '../../../server/app/config.ts';

function linesOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('the settings', () => {
  it('are valid when the environment is empty', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      sandboxPort: 3001,
      isSandboxOn: true,
      dataDir: './data',
      mongodbUri: null,
      secretKey: null,
      formerSecretKeys: [],
      trustProxy: null,
      metricsToken: null,
      vkApiUrl: 'https://api.vk.ru/method',
      okApiUrl: 'https://api.ok.ru/graph',
      gatewayPerSecond: 50,
      allowsPrivateWebhooks: false,
      isStorageDeclaredEncrypted: false,
      requiresEncryptedStorage: false,
      logLevel: 'info',
    });
    expect([...readConfig({}).roles]).toEqual(['web', 'listener', 'sender']);
  });

  it('are read from the environment', () => {
    const secretKey = randomBytes(32);
    const config = readConfig({
      PORT: '8080',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://desk.example.com/',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      ROLES: 'web, sender',
      MONGODB_URI: 'mongodb://a,b,c/desk?replicaSet=rs0',
      SECRET_KEY: secretKey.toString('base64'),
      SECRET_KEY_PREVIOUS: `${secretKey.toString('base64')}, ${secretKey.toString('base64url')}`,
      STORAGE_ENCRYPTED: 'declared',
      REQUIRE_ENCRYPTED_STORAGE: 'on',
      SANDBOX: 'off',
      VK_API_URL: 'http://127.0.0.1:3001/method/',
      GATEWAY_PER_SECOND: '400',
      ALLOW_PRIVATE_WEBHOOKS: 'on',
      METRICS_TOKEN: 'sixteen characters or more',
      LOG_LEVEL: 'warn',
    });
    expect(config).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      publicUrl: 'https://desk.example.com',
      trustProxy: ['10.0.0.0/8', '::1'],
      isStorageDeclaredEncrypted: true,
      requiresEncryptedStorage: true,
      isSandboxOn: false,
      vkApiUrl: 'http://127.0.0.1:3001/method',
      gatewayPerSecond: 400,
      allowsPrivateWebhooks: true,
      secretKey,
      formerSecretKeys: [secretKey, secretKey],
    });
    expect([...config.roles]).toEqual(['web', 'sender']);
    expect(readConfig({ TRUST_PROXY: '2' }).trustProxy).toBe(2);
  });

  it('treat an empty value as absent', () => {
    expect(readConfig({ PORT: ' ', MONGODB_URI: '' })).toMatchObject({ port: 3000, mongodbUri: null });
  });

  it('know the address of a random port only once the port is open', () => {
    expect(publicUrlAt(readConfig({ PORT: '0' }), 40123)).toBe('http://localhost:40123');
    expect(publicUrlAt(readConfig({ PORT: '0', PUBLIC_URL: 'https://d.example' }), 40123)).toBe(
      'https://d.example',
    );
  });
});

describe('a wrong setting', () => {
  const wrong: [SettingName, string][] = [
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PORT', '30.5'],
    ['HOST', 'a host'],
    ['PUBLIC_URL', 'desk.example.com'],
    ['PUBLIC_URL', 'https://desk.example.com/inbox'],
    ['PUBLIC_URL', 'ftp://desk.example.com'],
    ['TRUST_PROXY', 'everyone'],
    ['TRUST_PROXY', '10.0.0.0/40'],
    ['ROLES', 'web,cook'],
    ['ROLES', ','],
    ['MONGODB_URI', 'postgres://somewhere'],
    ['SECRET_KEY', 'too-short'],
    ['SECRET_KEY_PREVIOUS', `${randomBytes(32).toString('base64')},too-short`],
    ['SECRET_KEY_PREVIOUS', randomBytes(32).toString('base64')],
    ['STORAGE_ENCRYPTED', 'yes'],
    ['REQUIRE_ENCRYPTED_STORAGE', 'true'],
    ['SANDBOX', 'maybe'],
    ['SANDBOX_PORT', '-1'],
    ['VK_API_URL', 'http://api.vk.ru/method'],
    ['VK_API_URL', 'http://127.evil.example/method'],
    ['METRICS_TOKEN', 'short'],
    ['LOG_LEVEL', 'loud'],
  ];
  for (const [name, value] of wrong)
    it(`is reported by its name and its expected value: ${name}=${value}`, () => {
      expect(linesOf({ [name]: value })).toEqual([
        expect.stringMatching(new RegExp(`^${name}: .+ should be .+`)),
      ]);
    });

  it('has its own line among the others', () => {
    expect(linesOf({ PORT: 'x', ROLES: 'y', LOG_LEVEL: 'z' }).map((line) => line.split(':')[0])).toEqual([
      'PORT',
      'ROLES',
      'LOG_LEVEL',
    ]);
    expect(linesOf({ PORT: '4000', SANDBOX_PORT: '4000' })).toEqual([
      expect.stringMatching(/^SANDBOX_PORT: 4000/),
    ]);
  });

  it('never repeats a secret', () => {
    const secrets = {
      SECRET_KEY: 'hunter2-hunter2',
      SECRET_KEY_PREVIOUS: 'hunter2',
      MONGODB_URI: 'http://root:hunter2@db',
      METRICS_TOKEN: 'hunter2',
    };
    expect(linesOf(secrets)).toHaveLength(4);
    expect(linesOf(secrets).join()).not.toContain('hunter2');
  });
});

it('describes the purpose and the expected value of every setting', () => {
  for (const setting of Object.values(settings)) {
    expect(setting.about).not.toBe('');
    expect(setting.expected).not.toBe('');
    if (setting.defaultText !== null) expect(setting.check.safeParse(setting.defaultText).success).toBe(true);
  }
});
