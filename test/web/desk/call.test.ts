import { describe, expect, it } from 'vitest';
import { endpoints } from '../../../shared/api.ts';
import { checkAnswer, refusal, urlOf } from '../../../web/desk/call.ts';
import { ApiError } from '../../../web/ui/apiError.ts';
import { sampleRow } from '../support/samples.ts';

describe('an address', () => {
  it('contains its ids and only the given query parameters', () => {
    expect(
      urlOf('/api/conversations/:conversationId/messages', { conversationId: 'a/b' }, { beforeSeq: 5 }),
    ).toBe('/api/conversations/a%2Fb/messages?beforeSeq=5');
    expect(urlOf('/api/desk', undefined, { cursor: undefined })).toBe('/api/desk');
  });
});

describe('a refusal', () => {
  it('carries the code from the server', () => {
    const error = refusal(
      { status: 409 },
      { error: { code: 'emailTaken', message: 'taken', field: 'email' } },
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'emailTaken', field: 'email', retryAfterS: null });
  });

  it('gets a code by its HTTP status when a proxy before the server answered', () => {
    expect(refusal({ status: 502 }, null).code).toBe('unreachable');
    expect(refusal({ status: 401 }, '<html>').code).toBe('notSignedIn');
    expect(refusal({ status: 500 }, { error: { code: 'madeUp' } }).code).toBe('internal');
  });
});

it('an answer that does not match the contract is an error, not data', () => {
  expect(checkAnswer(endpoints.readConversation, sampleRow())).toEqual(sampleRow());
  expect(() => checkAnswer(endpoints.readConversation, { ...sampleRow(), revision: -1 })).toThrow(
    expect.objectContaining({ code: 'unreadableAnswer' }),
  );
});
