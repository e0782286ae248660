import { describe, expect, it } from 'vitest';
import { answeredSince } from '../../../web/composer/answeredSince.ts';
import { hexId, sampleMe, sampleMessage } from '../support/samples.ts';

describe('an answer by another person', () => {
  const colleague = { type: 'agent' as const, personId: hexId(702), name: 'Борис' };
  const mine = { type: 'agent' as const, personId: sampleMe.id, name: sampleMe.name };

  it('is found when an agent or an administrator has answered since the writing began', () => {
    const messages = [
      sampleMessage({ seq: 1, kind: 'answer', author: colleague }),
      sampleMessage({
        seq: 2,
        kind: 'answer',
        author: { type: 'administrator', personId: null, name: 'Олег' },
      }),
    ];
    expect(answeredSince(messages, 0, sampleMe.id)?.author.name).toBe('Олег');
    expect(answeredSince(messages, 1, sampleMe.id)?.author.name).toBe('Олег');
    expect(answeredSince(messages, 2, sampleMe.id)).toBeNull();
  });

  it("is never the reader's own answer, a note or a reply", () => {
    const messages = [
      sampleMessage({ seq: 1, kind: 'answer', author: mine }),
      sampleMessage({ seq: 2, kind: 'note', author: colleague }),
      sampleMessage({ seq: 3 }),
    ];
    expect(answeredSince(messages, 0, sampleMe.id)).toBeNull();
  });
});
