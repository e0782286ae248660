/** What a store reports about encryption at rest, and what the desk does about it at start and later. */
import mongoose from 'mongoose';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type AskStore, lookAtStore } from '../../../server/storage/lookAtStore.ts';
import { stateOf, watchStorageEncryption } from '../../../server/storage/storageEncryption.ts';
import { storageFindings } from '../../../shared/schemas/personalData.ts';
import { openTestStore } from '../../support/store.ts';
import { until } from '../../support/until.ts';

const refusal = () => {
  throw new mongoose.mongo.MongoServerError({ ok: 0, code: 13, errmsg: 'not authorized on admin' });
};
/** A server that gives these two answers; it refuses a command whose answer is left out. */
const server =
  (answers: { serverStatus?: object; getCmdLineOpts?: object }): AskStore =>
  async (command) =>
    answers[Object.keys(command)[0] as keyof typeof answers] ?? refusal();
const enterprise = (encryptionEnabled: boolean) =>
  server({
    serverStatus: { ok: 1, encryptionAtRest: { encryptionEnabled } },
    getCmdLineOpts: { parsed: {} },
  });
const plain = { ok: 1, host: 'mongo1', version: '8.0.4' };

describe('a store', () => {
  it.each([
    ['MongoDB Enterprise that encrypts', enterprise(true), 'serverEncrypts'],
    ['MongoDB Enterprise that does not', enterprise(false), 'serverDoesNot'],
    [
      'Percona Server that encrypts',
      server({ serverStatus: plain, getCmdLineOpts: { parsed: { security: { enableEncryption: true } } } }),
      'serverEncrypts',
    ],
    [
      'Percona Server with encryption off',
      server({ serverStatus: plain, getCmdLineOpts: { parsed: { security: { enableEncryption: false } } } }),
      'serverDoesNot',
    ],
    ['MongoDB Community', server({ serverStatus: plain, getCmdLineOpts: { parsed: {} } }), 'serverSilent'],
    ['one that may not be asked', server({}), 'serverRefused'],
    ['one that may be asked by half', server({ serverStatus: plain }), 'serverRefused'],
    [
      'one with answers of an unknown form',
      server({ serverStatus: { encryptionAtRest: 'yes' }, getCmdLineOpts: { parsed: 1 } }),
      'serverRefused',
    ],
  ])('is understood: %s', async (_what, ask, found) => {
    expect(await lookAtStore(ask)).toEqual({ found, device: null });
  });

  it('that does not answer differs from one that refuses', async () => {
    await using store = await openTestStore();
    const ask: AskStore = (command) => store.connection.getClient().db('admin').command(command);
    const { found } = await lookAtStore(ask);
    expect(storageFindings).toContain(found);
    // The embedded store reports its folder's disk, over the wire like any server.
    if (!process.env.MONGODB_URI) expect(found.startsWith('server')).toBe(false);
    await store.connection.close();
    await expect(lookAtStore(ask)).rejects.toThrow();
  });
});

describe('the state', () => {
  it('is either seen or declared, never both', () => {
    expect(storageFindings.map((found) => [found, stateOf(found, false), stateOf(found, true)])).toEqual([
      ['cryptDevice', 'seen', 'seen'],
      ['plainDevice', 'notEncrypted', 'declared'],
      ['noDevice', 'notKnown', 'declared'],
      ['unreadable', 'notKnown', 'declared'],
      ['serverEncrypts', 'seen', 'seen'],
      ['serverDoesNot', 'notEncrypted', 'declared'],
      ['serverRefused', 'notKnown', 'declared'],
      ['serverSilent', 'notKnown', 'declared'],
    ]);
  });

  const start = async (
    ask: AskStore,
    options: { isDeclared?: boolean; isRequired?: boolean; isForReal?: boolean },
  ) => {
    const lines: { level: number; msg: string }[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
    const watch = await watchStorageEncryption({
      ask,
      isDeclared: false,
      isRequired: false,
      isForReal: true,
      logger,
      ...options,
    });
    watch.stop();
    return { view: watch.view(), warnings: lines.filter(({ level }) => level >= 40).map(({ msg }) => msg) };
  };

  it('causes a warning when real clients are served, but not in the sandbox, nor when it is safe', async () => {
    const open = await start(enterprise(false), {});
    expect(open.view).toMatchObject({ state: 'notEncrypted', found: 'serverDoesNot' });
    expect(open.warnings).toEqual([
      'names and texts may be stored unencrypted: the database server does not encrypt its files',
    ]);
    expect((await start(enterprise(false), { isForReal: false })).warnings).toEqual([]);
    expect((await start(enterprise(true), {})).warnings).toEqual([]);
    expect((await start(server({}), { isDeclared: true })).warnings).toEqual([]);
  });

  it('is checked again: a change is logged once, and an unreachable store changes nothing', async () => {
    const warnings: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line).msg) });
    let answer: AskStore = enterprise(true);
    const deps = { isDeclared: false, isRequired: true, isForReal: true, logger, lookEveryMs: 5 };
    const watch = await watchStorageEncryption({ ...deps, ask: (command) => answer(command) });
    expect(watch.view().state).toBe('seen');
    answer = async () => {
      throw new mongoose.mongo.MongoNetworkError('away');
    };
    await until('a check that fails', () => warnings.length > 0);
    expect(watch.view().state).toBe('seen');
    answer = enterprise(false);
    const changed = await until('the change', () => {
      const view = watch.view();
      return view.state === 'notEncrypted' && view;
    });
    await until('one more check', () => watch.view().lookedAt > changed.lookedAt);
    watch.stop();
    expect(
      warnings.filter((warning) => warning.startsWith('names and texts may be stored unencrypted')),
    ).toHaveLength(1);
  });

  it('stops the start when encryption is required and neither seen nor declared', async () => {
    await expect(start(enterprise(false), { isRequired: true })).rejects.toThrow(
      /^REQUIRE_ENCRYPTED_STORAGE: the database server does not encrypt its files; it should be /,
    );
    expect((await start(enterprise(true), { isRequired: true })).view.state).toBe('seen');
    expect((await start(server({}), { isRequired: true, isDeclared: true })).view.state).toBe('declared');
  });
});
