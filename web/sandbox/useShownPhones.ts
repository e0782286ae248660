/** Which phones are on the screen; the choice is kept in this browser. */
import { useState } from 'react';
import type { UserView } from '../../shared/sandbox.ts';

const key = 'sandbox.phones';
/** How many people are shown at the first visit. */
const usualPhones = 4;

function keptIds(): number[] | null {
  try {
    const parsed = JSON.parse(window.localStorage.getItem(key) ?? 'null') as unknown;
    return Array.isArray(parsed) ? parsed.map(Number) : null;
  } catch {
    return null;
  }
}

export function useShownPhones(users: readonly UserView[]): {
  shown: UserView[];
  show: (userId: number) => void;
  hide: (userId: number) => void;
} {
  const [chosen, setChosen] = useState(keptIds);
  const ids = chosen ?? users.slice(0, usualPhones).map(({ userId }) => userId);
  const shown = ids.flatMap((id) => users.find(({ userId }) => userId === id) ?? []);

  function choose(next: number[]): void {
    window.localStorage.setItem(key, JSON.stringify(next));
    setChosen(next);
  }

  const knownIds = shown.map(({ userId }) => userId);
  return {
    shown,
    show: (userId) => choose([...knownIds.filter((id) => id !== userId), userId]),
    hide: (userId) => choose(knownIds.filter((id) => id !== userId)),
  };
}
