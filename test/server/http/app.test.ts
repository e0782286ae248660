import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { statusOf, toDeskError } from '../../../server/http/errors.ts';
import { errorCodes } from '../../../shared/errorCodes.ts';
import { serve } from './serve.ts';

const html = { accept: 'text/html,application/xhtml+xml' };

describe('the screens', () => {
  async function built() {
    const webDir = await mkdtemp(join(tmpdir(), 'notify-inbox-web-'));
    await mkdir(join(webDir, 'assets'));
    await writeFile(join(webDir, 'index.html'), '<title>the desk</title>');
    await writeFile(join(webDir, 'assets', 'index-1a2b3c.js'), 'export {}');
    return { webDir, [Symbol.asyncDispose]: () => rm(webDir, { recursive: true }) };
  }

  it('are one page for every screen address, not cached by browsers', async () => {
    await using web = await built();
    await using served = await serve({ webDir: web.webDir });
    for (const path of ['/', '/sign-in', '/conversations/1', '/settings/people?tab=1']) {
      const answer = await fetch(served.url + path, { headers: html });
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(await answer.text()).toContain('the desk');
    }
  });

  it('let browsers cache their hashed files', async () => {
    await using web = await built();
    await using served = await serve({ webDir: web.webDir });
    const asset = await fetch(`${served.url}/assets/index-1a2b3c.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const gone = await fetch(`${served.url}/assets/index-old.js`, { headers: html });
    expect(gone.status).toBe(404);
  });

  it('leave the API, media and other methods alone', async () => {
    await using web = await built();
    await using served = await serve({ webDir: web.webDir });
    for (const path of ['/api/nothing', '/media/nothing', '/webhooks/vk/1', '/socket.io/'])
      expect((await fetch(served.url + path, { headers: html })).status).toBe(404);
    expect((await fetch(`${served.url}/sign-in`, { headers: { accept: 'application/json' } })).status).toBe(
      404,
    );
    expect((await fetch(`${served.url}/sign-in`, { method: 'POST', headers: html })).status).toBe(404);
    for (const path of ['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/%E0%A4%A'])
      expect((await fetch(served.url + path)).status).toBeGreaterThanOrEqual(400);
  });
});

describe('every answer', () => {
  it('forbids other sites, frames and foreign scripts', async () => {
    await using served = await serve();
    const { headers } = await fetch(`${served.url}/api/nothing`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${served.url.replace('http', 'ws')}`);
    expect(policy).not.toMatch(/https?:\/\/|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('has an id, the proxy’s own when it looks like one', async () => {
    await using served = await serve();
    const idOf = async (given?: string) =>
      (await fetch(served.url, given ? { headers: { 'x-request-id': given } } : {})).headers.get(
        'x-request-id',
      );
    expect(await idOf('proxy-id-12345')).toBe('proxy-id-12345');
    expect(await idOf('<script>alert(1)</script>')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idOf()).not.toBe(await idOf());
  });

  it('is counted under its endpoint, not under its address', async () => {
    await using served = await serve();
    served.endpoints.handle('listPeople', () => ({ people: [] }));
    await fetch(`${served.url}/api/people`, { headers: { 'x-test-role': 'administrator' } });
    await fetch(`${served.url}/some/secret/path`);
    const text = await served.metrics.registry.metrics();
    expect(text).toContain('desk_http_request_seconds_count{endpoint="listPeople",status="200"} 1');
    expect(text).not.toContain('secret');
  });
});

describe('an address behind a proxy', () => {
  it('is trusted only from configured proxies', async () => {
    const seen: (string | undefined)[] = [];
    const note: import('express').RequestHandler = (req, res) => {
      seen.push(req.ip);
      res.end();
    };
    const headers = { 'x-forwarded-for': '203.0.113.5' };
    await using plain = await serve({ openRouters: [note] });
    await fetch(plain.url, { headers });
    await using behind = await serve({ openRouters: [note], trustProxy: ['127.0.0.1'] });
    await fetch(behind.url, { headers });
    expect(seen).toEqual(['127.0.0.1', '203.0.113.5']);
  });
});

describe('an error', () => {
  it('has a status for every code', () => {
    expect(Object.keys(statusOf).sort()).toEqual([...errorCodes].sort());
    for (const status of Object.values(statusOf)) expect(status).toBeGreaterThanOrEqual(400);
  });

  it('is answered as a store that is away at any depth of causes', () => {
    const away = new mongo.MongoNetworkError('connection closed');
    const outer = new Error('outer', { cause: new Error('middle', { cause: away }) });
    expect(toDeskError(outer)).toMatchObject({ code: 'storeUnavailable', status: 503, retryAfterS: 3 });
    const duplicate = new mongo.MongoServerError({ message: 'duplicate', code: 11000 });
    expect(toDeskError(duplicate)).toMatchObject({ code: 'internal', status: 500 });
  });
});
