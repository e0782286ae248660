import { expect, it } from 'vitest';
import { createLogger } from '../../../server/observability/logger.ts';
import { createMetrics } from '../../../server/observability/metrics.ts';

it('never writes tokens, cookies, phones or message texts', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  const secret = 'do not print me';
  logger.info({ token: secret, phone: secret, text: secret, conversationId: '1' }, 'at the top');
  logger.warn(
    { req: { headers: { cookie: secret, authorization: secret, 'set-cookie': [secret] } } },
    'deep',
  );
  logger.error(
    { message: { text: secret, body: { access_token: secret } }, person: { email: secret } },
    'nested',
  );
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toContain(secret);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', msg: 'at the top', conversationId: '1' });
});

it('logs an error with its cause', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  logger.error({ err: new Error('outer', { cause: new TypeError('inner') }) }, 'failed');
  const { err } = JSON.parse(lines[0] ?? '');
  expect(err).toMatchObject({ type: 'Error', cause: { type: 'TypeError' } });
  expect(err.stack).toContain('logger.test.ts');
});

it('counts for each desk apart', async () => {
  const [one, other] = [createMetrics({ withProcess: false }), createMetrics({ withProcess: false })];
  one.signIns.inc({ outcome: 'signedIn' });
  expect(await one.registry.metrics()).toContain('desk_sign_ins_total{outcome="signedIn"} 1');
  expect(await other.registry.metrics()).not.toContain('outcome="signedIn"');
});
