// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationRow } from '../../../shared/schemas/conversation.ts';
import { useExcerpt } from '../../../web/inbox/useExcerpt.ts';
import { renderInDesk } from '../support/renderInDesk.tsx';
import { atMinute, hexId, sampleMe, sampleRow } from '../support/samples.ts';

afterEach(cleanup);

function Shown({ conversation }: { conversation: ConversationRow }) {
  const { prefix, text } = useExcerpt(conversation);
  return <p>{`${prefix ?? ''} ${text}`}</p>;
}

function answered(author: { authorName: string; authorPersonId?: string | null }): ConversationRow {
  return sampleRow({
    lastMessage: {
      messageId: hexId(1),
      seq: 1,
      kind: 'answer',
      excerpt: 'Готово',
      attachmentKinds: [],
      systemEvent: null,
      status: 'sent',
      sentAt: atMinute(1),
      ...author,
    },
  });
}

describe('who wrote the last answer', () => {
  it('is "you" for the reader and a name for another person of the same name', () => {
    const { show } = renderInDesk(
      <Shown conversation={answered({ authorName: sampleMe.name, authorPersonId: sampleMe.id })} />,
    );
    expect(screen.getByText('Вы: Готово')).toBeTruthy();
    show(<Shown conversation={answered({ authorName: sampleMe.name, authorPersonId: hexId(701) })} />);
    expect(screen.getByText(`${sampleMe.name}: Готово`)).toBeTruthy();
  });

  it('uses the name in a conversation stored before ids were', () => {
    renderInDesk(<Shown conversation={answered({ authorName: sampleMe.name })} />);
    expect(screen.getByText('Вы: Готово')).toBeTruthy();
  });
});
