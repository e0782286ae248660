/**
 * Which people have the desk open, and whether they use it. This process knows its own tabs by their sockets; other
 * processes tell theirs in the presence. It stays in memory, and only an open wall reads it.
 */
import type { PersonState } from '../../shared/schemas/wall.ts';
import type { DeskSocket } from './deskSocket.ts';
import type { PersonHere, PresenceExchange } from './presenceExchange.ts';

export interface PeopleHere {
  opened(socket: DeskSocket): void;
  setAway(socket: DeskSocket, isAway: boolean): void;
  closed(socket: DeskSocket): void;
  own(): PersonHere[];
  /** From now on the tabs at other processes count too, and learn of those here. */
  exchangeWith(exchange: Pick<PresenceExchange, 'changed' | 'isAwayElsewhere'>): void;
  stateOf(personId: string): PersonState;
}

export function createPeopleHere(): PeopleHere {
  /** Whether each tab is away, by person and socket. */
  const tabsOf = new Map<string, Map<string, boolean>>();
  let others: Pick<PresenceExchange, 'changed' | 'isAwayElsewhere'> | null = null;

  /** Null without a tab here. */
  function isAwayHere(personId: string): boolean | null {
    const tabs = tabsOf.get(personId);
    return tabs ? [...tabs.values()].every((isAway) => isAway) : null;
  }

  return {
    opened(socket) {
      const personId = socket.data.person.id;
      const tabs = tabsOf.get(personId) ?? new Map<string, boolean>();
      tabsOf.set(personId, tabs.set(socket.id, false));
      others?.changed();
    },
    setAway(socket, isAway) {
      const tabs = tabsOf.get(socket.data.person.id);
      if (!tabs?.has(socket.id) || tabs.get(socket.id) === isAway) return;
      tabs.set(socket.id, isAway);
      others?.changed();
    },
    closed(socket) {
      const personId = socket.data.person.id;
      const tabs = tabsOf.get(personId);
      if (!tabs?.delete(socket.id)) return;
      if (tabs.size === 0) tabsOf.delete(personId);
      others?.changed();
    },
    own: () => [...tabsOf.keys()].map((personId) => ({ personId, isAway: isAwayHere(personId) === true })),
    exchangeWith(exchange) {
      others = exchange;
    },
    stateOf(personId) {
      const states = [isAwayHere(personId), others?.isAwayElsewhere(personId) ?? null];
      if (states.includes(false)) return 'online';
      return states.includes(true) ? 'away' : 'offline';
    },
  };
}
