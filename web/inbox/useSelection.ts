/** Conversations that a supervisor has selected in the list; null while the list is not for selecting. */
import { useCallback, useState } from 'react';

export interface Selection {
  selected: ReadonlySet<string> | null;
  begin(): void;
  end(): void;
  toggle(conversationId: string): void;
}

export function useSelection(): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  return {
    selected,
    begin: useCallback(() => setSelected(new Set()), []),
    end: useCallback(() => setSelected(null), []),
    toggle: useCallback(
      (conversationId) =>
        setSelected((before) => {
          const after = new Set(before);
          if (!after.delete(conversationId)) after.add(conversationId);
          return after;
        }),
      [],
    ),
  };
}
